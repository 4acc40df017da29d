Feature: Rule 7b: A line of an order keeps the date that it was promised first
  Customers plan by the day that they were told, and we are measured by it. So whatever happens later, an order
  shows the first day beside the day on which its goods are expected now.

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
