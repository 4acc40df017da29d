Feature: Rule 6b: A line that fits nowhere then waits, if its order accepts that, at the place that its priority and its age give it
  A customer who would rather wait than buy elsewhere says so with the order. Then a shortage costs us no order: the
  line waits, and a line that loses its units later goes back to the place it would have had if it had waited all along.

  Background:
    Given 10 TABLE are in the warehouse as PO-1

  Scenario: A line that does not fit waits
    When order-7 asks for 12 TABLE, and would wait
    Then order-7 is promised nothing
    And the state of order-7 is backordered
    And these wait for TABLE:
      | order   | units | ahead |
      | order-7 | 12    | 0     |
    And the record goes on with:
      | what         | order   | units | left |
      | waits: short | order-7 | 12    |      |
      | refused      |         | 12    | 10   |

  Scenario: Lines wait by their priority, and those of one priority by their age
    Given order-1 would wait for 11 TABLE
    And order-2 would wait for 12 TABLE
    And order-3 would wait with priority 9 for 13 TABLE
    Then these wait for TABLE:
      | order   | units | ahead |
      | order-3 | 13    | 0     |
      | order-1 | 11    | 13    |
      | order-2 | 12    | 24    |

  Scenario: A line that a smaller batch leaves without units waits before those that came later
    Given order-1 would wait for 4 TABLE
    And order-2 would wait for 6 TABLE
    And order-3 would wait for 11 TABLE
    When PO-1 turns out to hold 5
    Then order-1 is promised 4 TABLE from PO-1
    And order-2 is promised nothing
    And these wait for TABLE:
      | order   | units | ahead |
      | order-2 | 6     | 0     |
      | order-3 | 11    | 6     |

  Scenario: A line whose order does not accept it is given up instead
    Given order-1 would wait for 4 TABLE
    And order-2 was promised 6 TABLE
    When PO-1 turns out to hold 5
    Then order-2 is promised nothing
    And nobody waits for TABLE

  Scenario: A line that waits no longer leaves the queue
    Given order-1 would wait for 11 TABLE
    When order-1 is cancelled for good
    Then nobody waits for TABLE
    And the record goes on with:
      | what                       | order   | units |
      | waits no longer: cancelled | order-1 | 11    |
