Feature: Buyers get an alert of every promise that is lost
  A refused customer knows at once. A customer whose promised goods are gone does not: somebody has to call them.
  So lost promises have an alert of their own that names the orders, even on a day on which the buyers have
  already got an alert that the product is short.

  Background:
    Given 10 TABLE are in the warehouse as PO-1

  Scenario: The alert names the orders that lost their goods when a batch shrank
    Given order-1 was promised 3 TABLE
    And order-2 was promised 7 TABLE
    When PO-1 turns out to hold 2
    Then the buyers get an alert that these orders of TABLE lost their promise of PO-1:
      | order   |
      | order-1 |
      | order-2 |

  Scenario: The quiet period after a refusal does not hide a lost promise
    Given order-1 was promised 3 TABLE
    When order-2 asks for 10 TABLE and is refused
    And PO-1 turns out to hold 2
    Then the buyers get an alert that these orders of TABLE lost their promise of PO-1:
      | order   |
      | order-1 |

  Scenario: A line that finds room in another batch has lost nothing
    Given 10 TABLE are in the warehouse as PO-2
    And order-1 was promised 3 TABLE
    When PO-1 turns out to hold 2
    Then the buyers get no alert of a lost promise of TABLE

  Scenario: A line that the customer cancels has lost nothing
    Given order-1 was promised 3 TABLE
    When order-1 gives back its TABLE
    Then the buyers get no alert of a lost promise of TABLE
