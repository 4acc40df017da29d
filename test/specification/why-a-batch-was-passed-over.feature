Feature: The record says why a batch was passed over
  A customer asks why their table comes in June while ten are in the warehouse. Nobody who answers should have to work out what was
  there on that day: the promise itself says which batches would have come first, and why it was none of them.

  Background:
    Given 3 TABLE are in the warehouse as PO-1
    And 10 TABLE are in the warehouse as PO-2
    And 10 TABLE arrive on 2026-06-10 as PO-3

  Scenario: A promise names the batches that would have come first
    Given PO-2 is blocked
    When order-7 asks for 4 TABLE
    Then the record goes on with:
      | what     | order   | batch | passed over                      |
      | promised | order-7 | PO-3  | PO-1: too-small, PO-2: blocked   |

  Scenario: A promise from the first batch names none
    When order-7 asks for 3 TABLE
    Then the record goes on with:
      | what     | order   | batch | passed over |
      | promised | order-7 | PO-1  |             |

  Scenario: A promise that moves to another batch names them, too
    Given order-7 was promised 8 TABLE
    When PO-2 turns out to hold 7
    Then the record goes on with:
      | what      | batch | passed over                      |
      | now holds | PO-2  |                                  |
      | moved     | PO-3  | PO-1: too-small, PO-2: too-small |
