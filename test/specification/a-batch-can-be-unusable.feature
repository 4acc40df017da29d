Feature: Nothing is promised from a batch that is blocked or past its last day
  Milk that turns sour on the way is worse than no milk, and what waits for the laboratory may have to be destroyed.
  So a batch can be blocked, and can have a last day of use: it is promised only to those who need it by then. What was
  promised before stays promised, for somebody has to decide about each customer.

  Background:
    Given it is 2026-06-01

  Scenario: A blocked batch is passed over, and used again once it is free
    Given 10 MILK are in the warehouse as PO-1
    And 10 MILK arrive on 2026-06-10 as PO-2
    When PO-1 is blocked
    Then 0 MILK can be promised from the warehouse
    When order-7 asks for 4 MILK
    Then order-7 is promised 4 MILK from PO-2
    When PO-1 is free again
    And order-8 asks for 4 MILK
    Then order-8 is promised 4 MILK from PO-1

  Scenario: What was promised from a batch stays when it is blocked
    Given 10 MILK are in the warehouse as PO-1
    And order-7 was promised 4 MILK
    When PO-1 is blocked
    Then order-7 is promised 4 MILK from PO-1
    When order-7 gives back its MILK
    And order-7 asks for 4 MILK
    Then it is refused: no batch holds 4 MILK, the largest has 0 left

  Scenario Outline: A batch is used on its last day, and not on the day after
    Given 10 MILK that keep until <last day> are in the warehouse as PO-1
    And 10 MILK arrive on 2026-06-10 as PO-2
    When order-7 asks for 4 MILK
    Then order-7 is promised 4 MILK from <batch>

    Examples:
      | last day   | batch |
      | 2026-06-01 | PO-1  |
      | 2026-05-31 | PO-2  |

  Scenario: A batch has to keep until the day on which the order needs it
    Given 10 MILK that keep until 2026-06-09 are in the warehouse as PO-1
    When order-7 asks for 4 MILK, needed by 2026-06-10
    Then it is refused: no batch holds 4 MILK, the largest has 0 left
    When order-7 asks for 4 MILK, needed by 2026-06-09
    Then order-7 is promised 4 MILK from PO-1

  Scenario: The last day of a batch can change
    Given 10 MILK that keep until 2026-05-31 are in the warehouse as PO-1
    Then 0 MILK can be promised from the warehouse
    When PO-1 keeps until 2026-06-05
    Then 10 MILK can be promised from the warehouse
