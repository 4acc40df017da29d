Feature: What is in the warehouse goes first, then what arrives first
  Goods in the warehouse cost rent and can leave today; goods at sea can be late. So a line gets what is
  in the warehouse if it fits there, and otherwise the earliest shipment that can hold all of it.
  Where nothing else decides, the order of the batch numbers does: the same question has the same answer.

  Scenario: The warehouse is preferred to a shipment
    Given 10 TABLE arrive on 2027-01-31 as PO-1
    And 10 TABLE are in the warehouse as PO-2
    When order-7 asks for 3 TABLE
    Then order-7 is promised 3 TABLE from PO-2

  Scenario Outline: A batch that cannot hold the whole line is passed over
    Given these batches of TABLE:
      | batch | units | arrives    |
      | PO-1  | 30    | 2027-03-31 |
      | PO-2  | 5     |            |
      | PO-3  | 20    | 2027-01-31 |
      | PO-4  | 10    | 2027-02-28 |
    When order-7 asks for <units> TABLE
    Then order-7 is promised <units> TABLE from <batch>

    Examples:
      | units | batch |
      | 5     | PO-2  |
      | 6     | PO-3  |
      | 20    | PO-3  |
      | 21    | PO-1  |

  Scenario: Among equals the batch number decides
    Given these batches of TABLE:
      | batch | units | arrives    |
      | PO-20 | 10    | 2027-01-31 |
      | PO-1  | 10    | 2027-01-31 |
      | PO-10 | 10    | 2027-01-31 |
    When order-1 asks for 10 TABLE
    And order-2 asks for 10 TABLE
    And order-3 asks for 10 TABLE
    Then order-1 is promised 10 TABLE from PO-1
    And order-2 is promised 10 TABLE from PO-10
    And order-3 is promised 10 TABLE from PO-20

  Scenario: A shipment that has arrived is stock like any other
    Given 10 TABLE arrive on 2027-01-31 as PO-1
    And 10 TABLE arrive on 2027-02-28 as PO-2
    When PO-2 arrives
    And order-7 asks for 3 TABLE
    Then order-7 is promised 3 TABLE from PO-2

  Scenario: Whoever has to move is given the next batch by the same order
    Given 10 TABLE are in the warehouse as PO-1
    And order-7 was promised 4 TABLE
    And these batches of TABLE:
      | batch | units | arrives    |
      | PO-2  | 10    | 2027-01-31 |
      | PO-3  | 10    |            |
    When PO-1 turns out to hold 0
    Then order-7 is promised 4 TABLE from PO-3, which is in the warehouse
