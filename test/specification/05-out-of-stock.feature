Feature: Rule 5: A line that no batch can hold is refused, changes nothing and is reported as out of stock
  A refusal must say what the shop could offer instead. And the buyers must know what they could have sold:
  each refusal is put on record, and refusals of one moment share an entry.

  Background:
    Given these batches of TABLE:
      | batch | units | arrives    |
      | PO-1  | 4     |            |
      | PO-2  | 7     | 2027-01-31 |

  Scenario: The refusal says how much the largest batch has left
    When order-7 asks for 8 TABLE
    Then it is refused: no batch holds 8 TABLE, the largest has 7 left
    And order-7 is promised nothing
    And the record goes on with:
      | what    | refused | units | left |
      | refused | 1       | 8     | 7    |

  Scenario: A refusal changes nothing, not even the version of the product
    Given TABLE is at change 2
    When order-7 asks for 8 TABLE
    Then it is refused: no batch holds 8 TABLE, the largest has 7 left
    And TABLE is still at change 2
    And PO-1 has 4 left
    And PO-2 has 7 left

  Scenario: A refused line can be promised later
    When order-7 asks for 8 TABLE
    Then it is refused: no batch holds 8 TABLE, the largest has 7 left
    When 20 TABLE are bought as PO-3
    And order-7 asks for 8 TABLE
    Then order-7 is promised 8 TABLE from PO-3

  Scenario: Refusals at the same moment share an entry
    When 50 orders ask for 8 TABLE each at the same moment
    Then 0 of them are promised 8 TABLE each
    And the record has 50 refusals and 400 units in fewer than 50 entries

  Scenario: A product that was never bought is unknown, not out of stock
    When order-7 asks for 1 SOFA
    Then it is refused: nobody has ever bought SOFA
    And nothing new is on record
