Feature: Rule 6: When a batch shrinks, holds and then the newest lines leave it and are placed again, the oldest first
  After water damage, a wrong count or a short delivery, not every line can stay. A basket that is not paid for
  leaves before an order, what matters less before what matters more, and those who ordered first stay. Of the lines
  that leave, the last is placed first: it moves by rule 3, or is given up if no batch can hold it.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And order-1 was promised 3 TABLE
    And order-2 was promised 4 TABLE
    And order-3 was promised 2 TABLE

  Scenario Outline: The newest lines leave until the rest fits
    When PO-1 turns out to hold <units>
    Then PO-1 has <left> left
    And these orders are promised TABLE from PO-1: <stay>
    And these orders are promised no TABLE: <go>

    Examples:
      | units | left | stay                      | go                        |
      | 9     | 0    | order-1, order-2, order-3 | nobody                    |
      | 8     | 1    | order-1, order-2          | order-3                   |
      | 4     | 1    | order-1                   | order-2, order-3          |
      | 0     | 0    | nobody                    | order-1, order-2, order-3 |

  Scenario: A small line may return to the batch that cannot hold a large one
    When PO-1 turns out to hold 5
    Then order-1 is promised 3 TABLE from PO-1
    And order-3 is promised 2 TABLE from PO-1
    And order-2 is promised nothing

  Scenario: Lines that leave get the next best batch, the oldest first
    Given 5 TABLE arrive on 2027-02-28 as PO-2
    And 2 TABLE arrive on 2027-01-31 as PO-3
    When PO-1 turns out to hold 3
    Then order-1 is promised 3 TABLE from PO-1
    And order-2 is promised 4 TABLE from PO-2, which arrives on 2027-02-28
    And order-3 is promised 2 TABLE from PO-3, which arrives on 2027-01-31
    And the record goes on with:
      | what      | order   | units | from | batch |
      | now holds |         | 3     |      | PO-1  |
      | moved     | order-2 | 4     | PO-1 | PO-2  |
      | moved     | order-3 | 2     | PO-1 | PO-3  |

  Scenario: The older of two lines gets the last room
    Given order-4 was promised 1 TABLE
    And 4 TABLE arrive on 2097-01-31 as PO-2
    When PO-1 turns out to hold 0
    Then order-1 is promised 3 TABLE from PO-2
    And order-4 is promised 1 TABLE from PO-2
    And these orders are promised no TABLE: order-2, order-3

  Scenario: A shipment that arrives with less is on hand before lines are placed again
    Given 10 LAMP arrive on 2097-02-28 as PO-7
    And order-7 was promised 4 LAMP
    And order-8 was promised 5 LAMP
    And order-9 was promised 1 LAMP
    And 10 LAMP arrive on 2097-01-31 as PO-8
    When PO-7 arrives and turns out to hold 5
    Then order-7 is promised 4 LAMP from PO-7, which is in the warehouse
    And order-8 is promised 5 LAMP from PO-8, which arrives on 2097-01-31
    And order-9 is promised 1 LAMP from PO-7, which is in the warehouse
    And the record goes on with:
      | what        | order   | units | from | batch |
      | now arrives |         |       |      | PO-7  |
      | now holds   |         | 5     |      | PO-7  |
      | moved       | order-8 | 5     | PO-7 | PO-8  |

  Scenario: A line that fits nowhere is given up, and the shortage is on record
    When PO-1 turns out to hold 7
    Then order-3 is promised nothing
    And the record goes on with:
      | what      | order   | units | batch | left |
      | now holds |         | 7     | PO-1  |      |
      | given up  | order-3 | 2     | PO-1  |      |
      | refused   |         | 2     |       | 0    |

  Scenario: A line that has moved is as old as before
    Given 6 TABLE arrive on 2027-01-31 as PO-2
    When PO-1 turns out to hold 3
    Then order-2 is promised 4 TABLE from PO-2
    And order-3 is promised 2 TABLE from PO-2
    When PO-2 turns out to hold 4
    Then order-2 is promised 4 TABLE from PO-2
    And order-3 is promised nothing

  Scenario: A batch that grows moves no line
    Given 5 TABLE are in the warehouse as PO-0
    When PO-1 turns out to hold 30
    Then these orders are promised TABLE from PO-1: order-1, order-2, order-3
    And PO-1 has 21 left

  Scenario: Holds leave before orders, even if they are older
    Given 10 LAMP are in the warehouse as PO-7
    And order-7 holds for 15 minutes:
      | units | sku  |
      | 4     | LAMP |
    And order-8 was promised 5 LAMP
    When PO-7 turns out to hold 6
    Then order-8 is promised 5 LAMP from PO-7
    And order-7 is promised nothing
    And the record goes on with:
      | what                   | order   | units | batch | left |
      | now holds              |         | 6     | PO-7  |      |
      | released: batch-shrunk | order-7 | 4     | PO-7  |      |
      | refused                |         | 4     |       | 1    |

  Scenario: A hold that finds room in another batch goes on there
    Given 10 LAMP are in the warehouse as PO-7
    And order-7 holds for 15 minutes:
      | units | sku  |
      | 4     | LAMP |
    And 5 LAMP arrive on 2027-01-31 as PO-8
    When PO-7 turns out to hold 3
    Then order-7 is promised 4 LAMP from PO-8
    And the state of order-7 is held

  Scenario: Orders of a lower priority leave before those of a higher one
    Given 10 LAMP are in the warehouse as PO-7
    And order-7 asked with priority 2 for:
      | units | sku  |
      | 4     | LAMP |
    And order-8 asked with priority 7 for:
      | units | sku  |
      | 5     | LAMP |
    And order-9 was promised 1 LAMP
    When PO-7 turns out to hold 6
    Then order-8 is promised 5 LAMP from PO-7
    And order-9 is promised 1 LAMP from PO-7
    And order-7 is promised nothing
