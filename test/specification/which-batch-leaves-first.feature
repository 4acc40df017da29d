Feature: The batch that should leave first does
  Milk that is sold last is thrown away, and steel that lies below the rest cannot be reached. So it can be said for each
  product which of the batches that are there leaves first. Stock on hand still comes before what has yet to arrive, since
  no customer waits so that a batch leaves in the right order.

  Scenario: What expires first leaves first, and what keeps for ever leaves last
    Given 10 MILK are in the warehouse as PO-1
    And 10 MILK that keep until 2026-09-01 are in the warehouse as PO-2
    And 10 MILK that keep until 2026-08-01 are in the warehouse as PO-3
    And MILK that expires first leaves first
    When order-7 asks for 10 MILK
    And order-8 asks for 10 MILK
    And order-9 asks for 10 MILK
    Then order-7 is promised 10 MILK from PO-3
    And order-8 is promised 10 MILK from PO-2
    And order-9 is promised 10 MILK from PO-1

  Scenario: Nobody waits for a batch that expires earlier
    Given 10 MILK that keep until 2026-09-01 are in the warehouse as PO-1
    And 10 MILK arrive on 2026-06-10 as PO-2
    And PO-2 keeps until 2026-08-01
    And MILK that expires first leaves first
    When order-7 asks for 4 MILK
    Then order-7 is promised 4 MILK from PO-1

  Scenario: What came first leaves first
    Given 10 STEEL are in the warehouse as PO-2
    And 10 STEEL are in the warehouse as PO-1
    And STEEL that came first leaves first
    When order-7 asks for 4 STEEL
    Then order-7 is promised 4 STEEL from PO-2

  Scenario: What came last leaves first
    Given 10 STEEL are in the warehouse as PO-1
    And 10 STEEL are in the warehouse as PO-2
    And STEEL that came last leaves first
    When order-7 asks for 4 STEEL
    Then order-7 is promised 4 STEEL from PO-2

  Scenario: Another preference moves no line
    Given 10 MILK that keep until 2026-09-01 are in the warehouse as PO-1
    And 10 MILK that keep until 2026-08-01 are in the warehouse as PO-2
    And order-7 was promised 4 MILK
    When MILK that expires first leaves first
    And order-8 asks for 4 MILK
    Then order-7 is promised 4 MILK from PO-1
    And order-8 is promised 4 MILK from PO-2

  Scenario Outline: Units keep for so many days after the day on which they are needed
    Given it is 2026-06-01
    And 10 MILK that keep until <last day> are in the warehouse as PO-1
    And 10 MILK are in the warehouse as PO-2
    And MILK has to keep 10 days after it is needed
    When order-7 asks for 4 MILK, needed by 2026-06-05
    Then order-7 is promised 4 MILK from <batch>

    Examples:
      | last day   | batch |
      | 2026-06-15 | PO-1  |
      | 2026-06-14 | PO-2  |
