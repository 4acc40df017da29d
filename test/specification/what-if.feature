Feature: What would happen if: a buyer looks before anybody acts
  A supplier announces a delay, or a large customer asks for more than is there. The buyer wants to know who would be
  hit before anything is changed: the answer comes from the rules that decide when it happens, and nothing is written.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And 10 TABLE arrive on 2097-01-31 as PO-2
    And order-1 was promised 6 TABLE
    And order-2 was promised 4 TABLE
    And order-3 was promised 7 TABLE

  Scenario: What if the batch is late
    When a buyer asks what would happen if PO-2 were put off to 2097-03-31
    Then order-3 would have PO-2 on 2097-03-31 and not on 2097-01-31
    And nobody else would be hit
    And order-3 is promised 7 TABLE from PO-2, which arrives on 2097-01-31

  Scenario: What if fewer come than were bought
    When a buyer asks what would happen if PO-1 held 6
    Then order-2 would lose its promise
    And nobody else would be hit
    And order-2 is promised 4 TABLE from PO-1

  Scenario: What if more were bought for it
    When a buyer asks what would happen if PO-3 with 9 TABLE came on 2097-02-28 and PO-1 held 6
    Then order-2 would move from PO-1 to PO-3
    And nobody else would be hit
    And order-2 is promised 4 TABLE from PO-1
