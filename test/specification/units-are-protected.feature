Feature: Units are protected for a channel, or for nobody
  The web shop must not sell the last tables that were kept for the fair, and five stay in the warehouse whatever
  happens. So the last free units of a product can be kept for one channel, or as safety stock for nobody. What was
  promised before stays promised.

  Background:
    Given 10 TABLE are in the warehouse as PO-1

  Scenario: Only the channel may take its last units
    Given of the last TABLE 4 are for fair
    When order-7 of web asks together for 7 TABLE
    Then it is refused: 6 TABLE are left for it, not 7
    When order-7 of web asks together for 6 TABLE
    And order-8 of fair asks together for 4 TABLE
    Then order-7 is promised 6 TABLE from PO-1
    And order-8 is promised 4 TABLE from PO-1

  Scenario: A channel takes its units down to none
    Given of the last TABLE 4 are for fair
    And order-7 of fair asked together for 8 TABLE
    When order-8 of web asks together for 1 TABLE
    Then it is refused: 0 TABLE are left for it, not 1
    When order-9 of fair asks together for 2 TABLE
    Then order-9 is promised 2 TABLE from PO-1
    And PO-1 has 0 left

  Scenario: Nobody may take safety stock
    Given of the last TABLE 3 are safety stock
    When order-7 asks for 8 TABLE
    Then it is refused: no batch holds 8 TABLE, the largest has 7 left
    When order-7 asks for 7 TABLE
    Then order-7 is promised 7 TABLE from PO-1

  Scenario: Raising a protection revokes nothing
    Given order-7 was promised 8 TABLE
    And of the last TABLE 10 are safety stock
    Then order-7 is promised 8 TABLE from PO-1
    And the record goes on with:
      | what       | protected |
      | bought     |           |
      | promised   |           |
      | policy set | 10        |

  Scenario: A line that has to leave its batch is not stopped by a protection
    Given order-7 was promised 8 TABLE
    And 10 TABLE arrive on 2027-01-31 as PO-2
    And of the last TABLE 20 are safety stock
    When PO-1 turns out to hold 3
    Then order-7 is promised 8 TABLE from PO-2

  Scenario: An order that gives units back is not stopped by a protection
    Given order-7 of web asked together for 8 TABLE
    And of the last TABLE 10 are safety stock
    When order-7 of web asks together for 5 TABLE
    Then order-7 is promised 5 TABLE from PO-1
    When order-7 of web asks together for 6 TABLE
    Then it is refused: 5 TABLE are left for it, not 6

  Scenario: A protection holds up to and including its last day
    Given it is 2026-06-01
    And of the last TABLE 10 are for fair until 2026-05-31
    When order-7 asks for 8 TABLE
    Then order-7 is promised 8 TABLE from PO-1
    Given of the last TABLE 2 are for fair until 2026-06-01
    When order-8 asks for 1 TABLE
    Then it is refused: no batch holds 1 TABLE, the largest has 0 left

  Scenario: Units whose protection ends go to the lines that wait, before anybody else asks
    Given it is 2026-06-01
    And of the last TABLE 10 are for fair until 2026-06-02
    And order-7 would wait for 8 TABLE
    When 2026-06-02 begins
    Then these wait for TABLE:
      | order   | units | ahead |
      | order-7 | 8     | 0     |
    When 2026-06-03 begins
    Then nobody waits for TABLE
    And order-7 is promised 8 TABLE from PO-1
