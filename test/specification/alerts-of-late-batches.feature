Feature: Buyers get an alert of every batch that comes late
  A supplier announces a delay. Customers who were promised units of the batch wait longer, and do not know it yet:
  the buyers have to press the supplier or call them. So each slip has an alert that names the orders, and one
  that is taken back before anybody has read of it has none.

  Background:
    Given 10 TABLE arrive on 2097-01-31 as PO-1

  Scenario: The alert names the orders that wait for the batch
    Given order-1 was promised 3 TABLE
    And order-2 was promised 4 TABLE
    When PO-1 is put off to 2097-02-28
    Then the buyers get an alert that PO-1 of TABLE is late, now due 2097-02-28, with these orders:
      | order   |
      | order-1 |
      | order-2 |

  Scenario: The first orders are those that would be served first
    Given order-1 would wait with priority 2 for 3 TABLE
    And order-2 would wait with priority 9 for 4 TABLE
    When PO-1 is put off to 2097-02-28
    Then the buyers get an alert that PO-1 of TABLE is late, now due 2097-02-28, with these orders:
      | order   |
      | order-2 |
      | order-1 |

  Scenario: Two slips before a mail is sent are one alert
    Given order-1 was promised 3 TABLE
    When PO-1 is put off to 2097-02-28
    And PO-1 is put off to 2097-03-31
    Then the buyers get an alert that PO-1 of TABLE is late, now due 2097-03-31, with these orders:
      | order   |
      | order-1 |

  Scenario: A slip that is taken back before a mail is sent is no news
    Given order-1 was promised 3 TABLE
    When PO-1 is put off to 2097-02-28
    And PO-1 is put off to 2097-01-31
    Then the buyers get no alert that a batch of TABLE is late

  Scenario: A batch that arrives after all is not late
    Given order-1 was promised 3 TABLE
    When PO-1 is put off to 2097-02-28
    And PO-1 arrives
    Then the buyers get no alert that a batch of TABLE is late

  Scenario: A batch that comes earlier, or that nobody waits for, is no news
    When PO-1 is put off to 2097-02-28
    And order-1 asks for 3 TABLE
    And PO-1 is put off to 2097-01-15
    Then the buyers get no alert that a batch of TABLE is late
