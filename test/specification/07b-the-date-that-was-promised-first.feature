Feature: Rule 7b: A line keeps the date that it was promised first
  Customers plan by the day that they were told, and we are measured by it. So whatever happens later, an order
  shows the first day beside the day on which its goods are expected now. A ship that is late is one message with the
  number of lines that wait for it, and not one message for each of them.

  Background:
    Given 10 TABLE arrive on 2027-01-31 as PO-1
    And 20 TABLE arrive on 2027-02-28 as PO-2
    And order-7 asked together for:
      | units | sku   |
      | 4     | TABLE |

  Scenario: A batch that is put off changes the expected day alone
    When PO-1 is put off to 2027-03-31
    Then the TABLE of order-7 was promised for 2027-01-31 and is expected on 2027-03-31

  Scenario: A line that has to move keeps the day that it was promised first
    When PO-1 turns out to hold 3
    Then order-7 is promised 4 TABLE from PO-2
    And the TABLE of order-7 was promised for 2027-01-31 and is expected on 2027-02-28

  Scenario: An order that is amended keeps the day that it was promised first
    When order-7 asks together for:
      | units | sku   |
      | 12    | TABLE |
    Then order-7 is promised 12 TABLE from PO-2
    And the TABLE of order-7 was promised for 2027-01-31 and is expected on 2027-02-28

  Scenario: A line that is new in an order has a first day of its own
    Given 5 LAMP arrive on 2027-03-31 as PO-3
    When order-7 asks together for:
      | units | sku   |
      | 4     | TABLE |
      | 2     | LAMP  |
    Then the TABLE of order-7 was promised for 2027-01-31 and is expected on 2027-01-31
    And the LAMP of order-7 was promised for 2027-03-31 and is expected on 2027-03-31

  Scenario: A ship that is late is put on record once, however many lines wait for it
    Given order-8 was promised 3 TABLE
    When PO-1 is put off to 2027-03-31
    Then the record goes on with:
      | what        | batch | was        | arrives    | lines | units |
      | now arrives | PO-1  |            | 2027-03-31 |       |       |
      | is expected | PO-1  | 2027-01-31 | 2027-03-31 | 2     | 7     |

  Scenario: A ship that is on time again is put on record once more
    When PO-1 is put off to 2027-03-31
    And PO-1 is put off to 2027-01-31
    Then the record goes on with:
      | what        | batch | was        | arrives    | lines | units |
      | now arrives | PO-1  |            | 2027-03-31 |       |       |
      | is expected | PO-1  | 2027-01-31 | 2027-03-31 | 1     | 4     |
      | now arrives | PO-1  |            | 2027-01-31 |       |       |
      | is expected | PO-1  | 2027-03-31 | 2027-01-31 | 1     | 4     |
    And the TABLE of order-7 was promised for 2027-01-31 and is expected on 2027-01-31

  Scenario: A ship that nobody waits for breaks no promise
    When PO-2 is put off to 2027-03-31
    Then nothing new is on record of any promise

  Scenario: A ship that has arrived breaks no promise
    When PO-1 arrives
    Then nothing new is on record of any promise

  Scenario: A line that was allocated by itself keeps the day that it was promised first
    Given order-8 was promised 3 TABLE
    When PO-1 is put off to 2027-03-31
    Then the TABLE of order-8 was promised for 2027-01-31 and is expected on 2027-03-31
