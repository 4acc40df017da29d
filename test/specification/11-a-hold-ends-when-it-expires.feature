Feature: Rule 11: A hold ends exactly when it expires
  While a customer pays, the goods in the basket must not be sold to somebody else; a basket that is left behind
  must not keep goods from a customer who pays. So a basket holds its units for some minutes, and from the
  second in which they are over anybody can have them, even if no process has cleared them away.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And order-7 holds for 15 minutes:
      | units | sku   |
      | 8     | TABLE |

  Scenario: Until it expires a hold counts like a promise
    When order-8 asks for 3 TABLE
    Then it is refused: no batch holds 3 TABLE, the largest has 2 left
    And the state of order-7 is held

  Scenario: From the moment it expires others can have its units
    When 15 minutes pass
    And order-8 asks for 10 TABLE
    Then order-8 is promised 10 TABLE from PO-1
    And order-7 is promised nothing
    And the state of order-7 is expired
    And the record goes on with:
      | what              | order   | units | batch |
      | released: expired | order-7 | 8     | PO-1  |
      | promised          | order-8 | 10    | PO-1  |

  Scenario: A hold that has expired is available in every answer
    When 15 minutes pass
    Then PO-1 has 10 left
    And 10 TABLE can be promised from the warehouse
    And order-7 is promised nothing

  Scenario: A hold that is given again is extended
    When 10 minutes pass
    And order-7 holds for 15 minutes:
      | units | sku   |
      | 8     | TABLE |
    And 10 minutes pass
    Then the state of order-7 is held
    And PO-1 has 2 left

  Scenario: A hold that is given again does not stand in its own way
    When order-7 holds for 15 minutes:
      | units | sku   |
      | 10    | TABLE |
    Then order-7 is promised 10 TABLE from PO-1

  Scenario: A hold that is confirmed is a promise that never expires
    When order-7 confirms its hold
    And 60 minutes pass
    Then order-7 is promised 8 TABLE from PO-1
    And the state of order-7 is allocated
    And the record goes on with:
      | what     | order   | units | batch |
      | promised | order-7 | 8     | PO-1  |

  Scenario: A promise cannot become a hold again
    When order-7 confirms its hold
    And order-7 holds for 15 minutes:
      | units | sku   |
      | 8     | TABLE |
    Then it is refused: order-7 is firm
    And the state of order-7 is allocated

  Scenario: A customer who pays late gets the goods if they are still there
    When 20 minutes pass
    And order-7 confirms its hold
    Then order-7 is promised 8 TABLE from PO-1
    And the state of order-7 is allocated

  Scenario: A customer who pays late gets nothing if the goods are gone
    When 20 minutes pass
    And order-8 asks for 5 TABLE
    And order-7 confirms its hold
    Then it is refused: the hold of order-7 has ended, and these are short:
      | sku   | asked | left |
      | TABLE | 8     | 5    |
    And order-8 is promised 5 TABLE from PO-1
    And order-7 is promised nothing

  Scenario: A customer who pays a day late has to order again
    When 1455 minutes pass
    And order-7 confirms its hold
    Then it is refused: the hold of order-7 has ended
    And PO-1 has 10 left
