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

  Scenario: The last stock can leave for the order to which it is promised
    Given order-8 was promised 6 TABLE
    When all of order-8 leaves with parcel-1
    And all of order-7 leaves with parcel-2
    Then PO-1 has 0 left
    And the state of order-7 is shipped

  Scenario: An order that leaves as a whole waits for its last line
    Given 10 LAMP arrive on 2027-01-31 as PO-2
    And order-8, which leaves as a whole only, asked for:
      | units | sku   |
      | 2     | LAMP  |
      | 2     | TABLE |
    When 2 TABLE of order-8 leave with parcel-1
    Then it is refused: LAMP of order-8 would stay behind
    When 10 LAMP of PO-2 come in with note-1
    And all of order-8 leaves with parcel-1
    Then the state of order-8 is shipped

  Scenario: A parcel of a cancelled order gives back its units alone
    Given order-8 asked together for:
      | units | sku   |
      | 6     | TABLE |
    When 5 TABLE of order-8 leave with parcel-1
    And order-8 is cancelled for good
    And parcel-1 has not left after all
    Then PO-1 has 6 left
    And the state of order-8 is cancelled

  Scenario: Units that come back can be promised again unless they are broken
    When all of order-7 leaves with parcel-1
    And 1 TABLE of order-7 come back with return-1
    And 2 TABLE of order-7 come back broken with return-2
    Then PO-1 has 7 left
    And the record goes on with:
      | what              | order   | units |
      | shipped           | order-7 | 4     |
      | returned: restock | order-7 | 1     |
      | returned: scrap   | order-7 | 2     |

  Scenario: No more comes back than has left
    When 3 TABLE of order-7 leave with parcel-1
    And 2 TABLE of order-7 come back with return-1
    And 2 TABLE of order-7 come back with return-2
    Then it is refused: 1 TABLE of order-7 can come back, not 2
