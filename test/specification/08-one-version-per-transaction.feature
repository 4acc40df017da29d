Feature: Rule 8: A transaction that changes a product raises its version by exactly one
  Callers must be able to see whether a product has changed since they read it, and consumers of the record
  whether they have missed something. So each change of a product gets the next number:
  none is left out, and none is given twice.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And 10 TABLE arrive on 2027-01-31 as PO-2
    And order-7 was promised 4 TABLE
    And TABLE is at change 3

  Scenario Outline: Every change counts as one, however much it does
    When <what happens>
    Then TABLE is at change 4

    Examples:
      | what happens                  |
      | order-8 asks for 6 TABLE      |
      | order-7 is cancelled          |
      | PO-1 turns out to hold 2      |
      | PO-1 turns out to hold 12     |
      | PO-2 is put off to 2027-02-28 |
      | PO-2 arrives                  |
      | 5 TABLE are bought as PO-3    |

  Scenario Outline: A request that changes nothing gets no number
    When <what happens>
    Then TABLE is still at change 3

    Examples:
      | what happens                |
      | order-7 asks for 4 TABLE    |
      | PO-1 turns out to hold 10   |
      | 10 CHAIR are bought as PO-9 |

  Scenario: Changes at the same moment leave no number out
    When 6 orders ask for 1 TABLE each at the same moment
    Then the numbers on record of TABLE leave none out
    And 6 of them are promised 1 TABLE each
