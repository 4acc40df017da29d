Feature: What a customer gives back can be sold again
  Customers change their minds, and a unit that is kept for somebody who does not want it is a lost sale.
  So a line or a whole order can be given back at any time, and the next customer can have it at once.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And 8 CHAIR are in the warehouse as PO-2
    And order-7 was promised 10 TABLE
    And order-7 was promised 8 CHAIR

  Scenario: One line is given back, the others stay
    When order-7 gives back its TABLE
    Then order-7 is promised 8 CHAIR from PO-2
    And order-7 is promised no TABLE
    And PO-1 has 10 left
    And the record goes on with:
      | what       | order   | units | batch |
      | given back | order-7 | 10    | PO-1  |

  Scenario: A whole order is given back
    When order-7 is cancelled
    Then order-7 is promised nothing
    And PO-1 has 10 left
    And PO-2 has 8 left

  Scenario: The next customer can have what was given back
    When order-7 gives back its TABLE
    And order-8 asks for 10 TABLE
    Then order-8 is promised 10 TABLE from PO-1

  Scenario: Nothing can be given back twice
    When order-7 gives back its TABLE
    And order-7 gives back its TABLE
    Then it is refused: order-7 has no TABLE to give back
    And PO-1 has 10 left

  Scenario: An order that has nothing cannot be cancelled
    When order-9 is cancelled
    Then it is refused: order-9 has nothing to give back
