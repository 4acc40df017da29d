Feature: Every change of a product has the next number
  Whoever decides on what they saw must be able to tell whether it still holds, and whoever follows our
  record must notice if they have missed something. So each change of a product gets the next number:
  none is left out, and none is given twice.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And 10 TABLE arrive on 2027-01-31 as PO-2
    And order-7 was promised 4 TABLE
    And TABLE is at change 3

  Scenario Outline: Whatever changes it, and however much at once, is one change
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

  Scenario Outline: What changes nothing has no number
    When <what happens>
    Then TABLE is still at change 3

    Examples:
      | what happens                |
      | order-7 asks for 4 TABLE    |
      | PO-1 turns out to hold 10   |
      | 10 CHAIR are bought as PO-9 |

  Scenario: Nobody who changes it at the same moment is left out
    When 6 orders ask for 1 TABLE each at the same moment
    Then the numbers on record of TABLE leave none out
    And 6 of them are promised 1 TABLE each
