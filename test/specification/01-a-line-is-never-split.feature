Feature: An order line is never split
  A customer who orders ten chairs wants ten that match, in one delivery. So a line is promised
  from a single batch, all of it, or not at all: half a promise is worse than an honest no.

  Scenario: A line gets all of its units from one batch
    Given 10 CHAIR are in the warehouse as PO-1
    When order-7 asks for 10 CHAIR
    Then order-7 is promised 10 CHAIR from PO-1
    And PO-1 has 0 left

  Scenario: Two batches that could hold it together are not put together
    Given 6 CHAIR are in the warehouse as PO-1
    And 6 CHAIR are in the warehouse as PO-2
    When order-7 asks for 10 CHAIR
    Then it is refused: no batch holds 10 CHAIR, the largest has 6 left
    And order-7 is promised nothing

  Scenario: Each line of an order may come from a batch of its own
    Given 10 CHAIR are in the warehouse as PO-1
    And 2 TABLE are in the warehouse as PO-2
    When order-7 asks for 4 CHAIR
    And order-7 asks for 1 TABLE
    Then order-7 is promised 4 CHAIR from PO-1
    And order-7 is promised 1 TABLE from PO-2
