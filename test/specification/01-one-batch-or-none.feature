Feature: Rule 1: An order line gets all of its units from one batch, or none
  A customer who orders ten chairs wants ten that match, in one delivery. So a line is promised
  from a single batch, in full or not at all: half a promise is worse than a clear no.

  Scenario: A line gets all of its units from one batch
    Given 10 CHAIR are in the warehouse as PO-1
    When order-7 asks for 10 CHAIR
    Then order-7 is promised 10 CHAIR from PO-1
    And PO-1 has 0 left

  Scenario: A line is not split over two batches
    Given 6 CHAIR are in the warehouse as PO-1
    And 6 CHAIR are in the warehouse as PO-2
    When order-7 asks for 10 CHAIR
    Then it is refused: no batch holds 10 CHAIR, the largest has 6 left
    And order-7 is promised nothing

  Scenario: Two lines of an order may come from two batches
    Given 10 CHAIR are in the warehouse as PO-1
    And 2 TABLE are in the warehouse as PO-2
    When order-7 asks for 4 CHAIR
    And order-7 asks for 1 TABLE
    Then order-7 is promised 4 CHAIR from PO-1
    And order-7 is promised 1 TABLE from PO-2
