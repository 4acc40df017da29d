Feature: Rule 15: A count is a difference
  Between counting a shelf and writing the number down, goods come and leave. If the number replaced what the books
  say, those goods would be lost or found again. So only the difference to the books of the moment of the count
  is corrected, and what moved since then stays.

  Background:
    Given 10 TABLE are in the warehouse as PO-1

  Scenario: What has left since the count stays away
    Given order-7 was promised 4 TABLE
    When 3 TABLE of order-7 leave with parcel-1
    And 9 TABLE of PO-1 are counted where 10 were expected, says count-1
    Then 6 of PO-1 are in the warehouse and 0 are still to come
    And the record goes on with:
      | what     | units | by | batch |
      | shipped  | 3     |    |       |
      | adjusted |       | -1 | PO-1  |

  Scenario: What has come since the count stays there
    When 5 TABLE of PO-1 come in with note-1
    And 12 TABLE of PO-1 are counted where 10 were expected, says count-1
    Then 17 of PO-1 are in the warehouse and 0 are still to come

  Scenario: Without what was expected, the books of now count
    When 8 TABLE of PO-1 are counted, says count-1
    Then 8 of PO-1 are in the warehouse and 0 are still to come

  Scenario: Lines leave a batch of which fewer units were found than they claim
    Given 10 TABLE are in the warehouse as PO-2
    And order-7 was promised 4 TABLE
    When 3 TABLE of PO-1 are counted, says count-1
    Then order-7 is promised 4 TABLE from PO-2
    And PO-1 has 3 left

  Scenario: Units that are still to come are not counted
    Given 10 TABLE arrive on 2027-01-31 as PO-3
    And 6 TABLE of PO-3 came in with note-1
    When 5 TABLE of PO-3 are counted, says count-1
    Then 5 of PO-3 are in the warehouse and 4 are still to come

  Scenario: The same count again changes nothing
    When 8 TABLE of PO-1 are counted, says count-1
    And 8 TABLE of PO-1 are counted, says count-1
    Then 8 of PO-1 are in the warehouse and 0 are still to come

  Scenario: Another count under the same name is refused
    When 8 TABLE of PO-1 are counted, says count-1
    And 7 TABLE of PO-1 are counted, says count-1
    Then it is refused: another count is known as count-1

  Scenario: No more can be missing than is in the warehouse
    Given order-7 was promised 10 TABLE
    When 8 TABLE of order-7 leave with parcel-1
    And 6 TABLE of PO-1 are counted where 10 were expected, says count-1
    Then it is refused: PO-1 has 2 in the warehouse
