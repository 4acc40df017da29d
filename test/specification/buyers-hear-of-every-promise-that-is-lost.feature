Feature: Buyers hear of every promise that is lost
  A refused customer knows at once. One whose promised goods are gone does not: somebody has to call them.
  So a promise that is lost gets an alert of its own, with the orders named, also on a day on which
  the buyers have already heard that the product is short.

  Background:
    Given 10 TABLE are in the warehouse as PO-1

  Scenario: The orders are named that a shrinking batch leaves without their goods
    Given order-1 was promised 3 TABLE
    And order-2 was promised 7 TABLE
    When PO-1 turns out to hold 2
    Then the buyers are told that these orders of TABLE lost their promise of PO-1:
      | order   |
      | order-1 |
      | order-2 |

  Scenario: The quiet time after a refusal does not hide a lost promise
    Given order-1 was promised 3 TABLE
    When order-2 asks for 10 TABLE in vain
    And PO-1 turns out to hold 2
    Then the buyers are told that these orders of TABLE lost their promise of PO-1:
      | order   |
      | order-1 |

  Scenario: A line that finds room in another batch has lost nothing
    Given 10 TABLE are in the warehouse as PO-2
    And order-1 was promised 3 TABLE
    When PO-1 turns out to hold 2
    Then the buyers are told of no lost promise of TABLE

  Scenario: A line that the customer cancels has lost nothing
    Given order-1 was promised 3 TABLE
    When order-1 gives back its TABLE
    Then the buyers are told of no lost promise of TABLE
