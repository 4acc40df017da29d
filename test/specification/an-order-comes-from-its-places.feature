Feature: An order comes from the places that it may come from
  A customer in Amsterdam is served from Amsterdam or Rotterdam, and not from across the border. Two parcels cost twice as
  much as one, so the whole order comes from one place if one place has it all.

  Background:
    Given 5 TABLE are in ams as PO-1
    And 10 TABLE are in rtm as PO-2
    And 20 TABLE are in lyon as PO-3
    And 10 LAMP are in rtm as PO-4

  Scenario: The first place that has all of the order gives all of it
    When order-7 from ams or rtm asks together for 4 TABLE and 2 LAMP
    Then order-7 is promised 4 TABLE from PO-2
    And order-7 is promised 2 LAMP from PO-4
    When order-8 from ams or rtm asks together for 4 TABLE
    Then order-8 is promised 4 TABLE from PO-1

  Scenario: If no place has all of it, each line comes from the first that has it
    Given 10 LAMP are in lyon as PO-5
    When order-7 from ams or lyon asks together for 3 TABLE and 2 LAMP
    Then order-7 is promised 3 TABLE from PO-3
    When order-8 from rtm or ams asks together for 10 TABLE and 8 LAMP
    And order-9 from rtm or ams asks together for 4 TABLE and 2 LAMP
    Then order-9 is promised 4 TABLE from PO-1
    And order-9 is promised 2 LAMP from PO-4

  Scenario: A batch that is moved meets the orders of its new place
    When PO-3 is moved to ams
    And order-7 from ams or rtm asks together for 12 TABLE
    Then order-7 is promised 12 TABLE from PO-3

  Scenario: A batch stays where it is while units of it are claimed
    Given order-6 from ams or rtm asks together for 4 TABLE
    When PO-1 is moved to lyon
    Then it is refused: PO-1 stays, since 4 of its units are claimed
    When order-6 gives back its TABLE
    And PO-1 is moved to lyon
    And order-7 from ams or lyon asks together for 5 TABLE
    Then the record goes on with:
      | what       | batch | place | from | order   |
      | given back | PO-1  |       |      | order-6 |
      | moved to   | PO-1  | lyon  | ams  |         |
      | promised   | PO-1  |       |      | order-7 |

  Scenario: The places together would do, but no batch of them does
    When order-7 from ams or rtm asks together for 12 TABLE
    Then it is refused: 10 TABLE are left for it, not 12
