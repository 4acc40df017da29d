Feature: Rule 1b: A line that may be split gets all of its units on the earliest date, from as few batches as possible
  A wholesaler who orders three hundred chairs does not mind two deliveries: what counts is the day on which
  the last chair is there. So a line may say that it can be split. It still gets all of its units, or none.

  Background:
    Given these batches of CHAIR:
      | batch | units | arrives    |
      | PO-1  | 6     |            |
      | PO-2  | 5     |            |
      | PO-3  | 9     | 2027-01-31 |
      | PO-4  | 30    | 2027-02-28 |

  Scenario: One batch is enough if it holds the whole line on the earliest date
    When order-7 asks for 6 CHAIR, from several batches if need be
    Then order-7 is promised 6 CHAIR from PO-1
    And PO-2 has 5 left

  Scenario: Several batches together are earlier than one that comes late
    When order-7 asks for 10 CHAIR, from several batches if need be
    Then order-7 is promised 10 CHAIR from these batches:
      | batch | units | arrives |
      | PO-1  | 6     |         |
      | PO-2  | 4     |         |
    And PO-2 has 1 left

  Scenario: The batches are used in the order of rule 3, each as far as it goes
    When order-7 asks for 18 CHAIR, from several batches if need be
    Then order-7 is promised 18 CHAIR from these batches:
      | batch | units | arrives    |
      | PO-1  | 6     |            |
      | PO-2  | 5     |            |
      | PO-3  | 7     | 2027-01-31 |

  Scenario: One batch is better than several if nothing comes earlier by splitting
    Given order-1 was promised 6 CHAIR
    And order-2 was promised 5 CHAIR
    When order-7 asks for 30 CHAIR, from several batches if need be
    Then order-7 is promised 30 CHAIR from PO-4
    And PO-3 has 9 left

  Scenario: A line of more units than there are gets none
    When order-7 asks for 51 CHAIR, from several batches if need be
    Then it is refused: all batches together have 50 CHAIR, not 51
    And order-7 is promised nothing
    And PO-1 has 6 left

  Scenario: A split line that has to leave one of its batches is placed again as a whole
    When order-7 asks for 10 CHAIR, from several batches if need be
    And PO-2 turns out to hold 3
    Then order-7 is promised 10 CHAIR from these batches:
      | batch | units | arrives    |
      | PO-1  | 6     |            |
      | PO-2  | 3     |            |
      | PO-3  | 1     | 2027-01-31 |
