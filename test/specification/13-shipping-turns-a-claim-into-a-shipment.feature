Feature: Rule 13: Shipping turns a claim into a shipment; only units on hand can leave
  A parcel that leaves takes units with it that were promised to its customer, so nobody else gains or loses
  anything. Only what is in the warehouse can leave, and never more than was promised. A parcel that has not left
  after all gives the customer and the warehouse back what they had.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And order-7 was promised 4 TABLE

  Scenario: Units that leave were promised, so nothing else changes
    When all of order-7 leaves with parcel-1
    Then 4 TABLE of order-7 have left
    And order-7 is promised nothing
    And PO-1 has 6 left
    And 6 TABLE can be promised from the warehouse
    And the record goes on with:
      | what    | order   | units |
      | shipped | order-7 | 4     |

  Scenario: A part of a line can leave, and the rest stays promised
    When 3 TABLE of order-7 leave with parcel-1
    Then 3 TABLE of order-7 have left
    And order-7 is promised 1 TABLE from PO-1
    And PO-1 has 6 left

  Scenario: Units that have yet to arrive cannot leave
    Given 10 LAMP arrive on 2027-01-31 as PO-2
    And order-8 was promised 2 LAMP
    When all of order-8 leaves with parcel-1
    Then it is refused: of the 2 LAMP of order-8, 0 are in the warehouse
    And order-8 is promised 2 LAMP from PO-2

  Scenario: More than was promised cannot leave
    When 5 TABLE of order-7 leave with parcel-1
    Then it is refused: order-7 has 4 TABLE to ship, not 5
    And order-7 is promised 4 TABLE from PO-1

  Scenario: A hold cannot leave before it is confirmed
    Given order-8 holds for 15 minutes:
      | units | sku   |
      | 2     | TABLE |
    When all of order-8 leaves with parcel-1
    Then it is refused: order-8 is a hold
    And PO-1 has 4 left

  Scenario: A parcel that has not left after all gives back what it took
    When all of order-7 leaves with parcel-1
    And parcel-1 has not left after all
    Then order-7 is promised 4 TABLE from PO-1
    And 0 TABLE of order-7 have left
    And PO-1 has 6 left

  Scenario: An order cannot fall below what has left
    When 3 TABLE of order-7 leave with parcel-1
    And order-7 asks together for:
      | units | sku   |
      | 2     | TABLE |
    Then it is refused: 3 TABLE of order-7 have left already
    And order-7 is promised 1 TABLE from PO-1
