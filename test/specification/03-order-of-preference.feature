Feature: Rule 3: Stock on hand comes first, then the earliest date, then the reference in byte order
  Goods in the warehouse cost rent and can leave today; goods at sea can be late. So a line gets stock on hand
  if a batch can hold all of it, and otherwise the earliest shipment that can. If nothing else decides, the
  batch reference does, so that the same question always gets the same answer.

  Scenario: Stock on hand is preferred to a shipment
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

  Scenario: The reference decides between batches with the same date
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

  Scenario: A shipment that has arrived counts as stock on hand
    Given 10 TABLE arrive on 2027-01-31 as PO-1
    And 10 TABLE arrive on 2027-02-28 as PO-2
    When PO-2 arrives
    And order-7 asks for 3 TABLE
    Then order-7 is promised 3 TABLE from PO-2

  Scenario: A line that has to leave its batch gets the next one in the same order
    Given 10 TABLE are in the warehouse as PO-1
    And order-7 was promised 4 TABLE
    And these batches of TABLE:
      | batch | units | arrives    |
      | PO-2  | 10    | 2027-01-31 |
      | PO-3  | 10    |            |
    When PO-1 turns out to hold 0
    Then order-7 is promised 4 TABLE from PO-3, which is in the warehouse

  Scenario: What has come of a shipment counts as stock on hand, and the rest on its date
    Given 10 TABLE arrive on 2027-02-28 as PO-1
    And 10 TABLE arrive on 2027-01-31 as PO-2
    And 4 TABLE of PO-1 came in with note-1
    Then 4 TABLE can be promised from the warehouse
    And these TABLE can be promised later:
      | arrives    | units |
      | 2027-01-31 | 10    |
      | 2027-02-28 | 6     |
    And 4 TABLE could be promised from PO-1, which is in the warehouse
    And 5 TABLE could be promised from PO-2, which arrives on 2027-01-31
    When order-7 asks together for:
      | units | sku   |
      | 3     | TABLE |
    And order-8 asks together for:
      | units | sku   |
      | 3     | TABLE |
    Then order-7 is promised 3 TABLE from PO-1
    And the TABLE of order-7 was promised at once and is in the warehouse
    And order-8 is promised 3 TABLE from PO-2
    And the TABLE of order-8 was promised for 2027-01-31 and is expected on 2027-01-31

  Scenario: Who was promised units before they came has them before others
    Given 10 TABLE arrive on 2027-02-28 as PO-1
    And order-7 was promised 3 TABLE
    When 4 TABLE of PO-1 come in with note-1
    Then 1 TABLE can be promised from the warehouse
