Feature: Rule 14: A receipt raises what is on hand and moves no line
  A delivery often comes in parts. What has come can leave at once, and no customer is moved to another batch
  because of it. Only if units will never come, lines have to leave the batch, by rule 6.

  Background:
    Given 10 TABLE arrive on 2027-01-31 as PO-1
    And order-7 was promised 4 TABLE
    And 10 TABLE are in the warehouse as PO-2

  Scenario: A part of a batch that comes can leave, and moves no line
    When 3 TABLE of PO-1 come in with note-1
    Then order-7 is promised 4 TABLE from PO-1
    And PO-1 has 6 left
    And 3 of PO-1 are in the warehouse and 7 are still to come
    And the record goes on with:
      | what     | units | batch |
      | received | 3     | PO-1  |
    When 3 TABLE of order-7 leave with parcel-1
    Then 3 TABLE of order-7 have left
    And order-7 is promised 1 TABLE from PO-1

  Scenario: A batch is on hand once all of it has come
    When 3 TABLE of PO-1 come in with note-1
    And 7 TABLE of PO-1 come in with note-2
    Then order-7 is promised 4 TABLE from PO-1, which is in the warehouse
    And PO-1 has 6 left

  Scenario: More than was bought can be promised once it has come
    When 12 TABLE of PO-1 come in with note-1
    Then PO-1 has 8 left
    And order-7 is promised 4 TABLE from PO-1, which is in the warehouse

  Scenario: Lines leave a batch if the rest of it will not come
    When 3 TABLE of PO-1 come in with note-1, and no more will come
    Then order-7 is promised 4 TABLE from PO-2
    And PO-1 has 3 left

  Scenario: Units that come and are broken do not come again
    Given order-8 was promised 10 TABLE
    And order-9 was promised 5 TABLE
    When 6 TABLE of PO-1 come in with note-1, and 2 that are broken
    Then order-7 is promised 4 TABLE from PO-1
    And order-9 is promised nothing
    And 6 of PO-1 are in the warehouse and 2 are still to come

  Scenario: No more can be missing than is in the warehouse
    When 3 TABLE of PO-1 come in with note-1
    And 4 TABLE of PO-1 are missing, says count-1
    Then it is refused: PO-1 has 3 in the warehouse
