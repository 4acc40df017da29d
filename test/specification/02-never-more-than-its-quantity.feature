Feature: Rule 2: What is claimed from a batch never exceeds its quantity
  A unit that is promised twice is a customer whom we have to call and disappoint. So we stop at the last
  unit, however many customers ask at the same moment.

  Scenario Outline: A line that still fits is promised
    Given 10 TABLE are in the warehouse as PO-1
    And order-1 was promised <promised> TABLE
    When order-2 asks for <asked> TABLE
    Then order-2 is promised <got> TABLE
    And PO-1 has <left> left

    Examples:
      | promised | asked | got | left |
      | 9        | 1     | 1   | 0    |
      | 6        | 4     | 4   | 0    |
      | 1        | 8     | 8   | 1    |

  Scenario Outline: A line of one unit too many is refused
    Given 10 TABLE are in the warehouse as PO-1
    And order-1 was promised <promised> TABLE
    When order-2 asks for <asked> TABLE
    Then it is refused: no batch holds <asked> TABLE, the largest has <left> left
    And PO-1 has <left> left

    Examples:
      | promised | asked | left |
      | 10       | 1     | 0    |
      | 6        | 5     | 4    |
      | 1        | 10    | 9    |

  Scenario: Fifty orders at the same moment share ten units
    Given 10 TABLE are in the warehouse as PO-1
    When 50 orders ask for 1 TABLE each at the same moment
    Then 10 of them are promised 1 TABLE each
    And PO-1 has 0 left

  Scenario: Forty orders ask while the batch shrinks
    Given 40 TABLE are in the warehouse as PO-1
    When 40 orders ask for 1 TABLE each while PO-1 turns out to hold 25
    Then 25 of them are promised 1 TABLE each
    And PO-1 has 0 left
