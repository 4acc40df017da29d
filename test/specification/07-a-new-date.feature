Feature: Rule 7: A new date moves no line, but every allocation shows it
  A shipment that is two days late is no reason to break promises: most customers would rather wait than
  order again. So a promise keeps its batch and shows the new date, and people decide what to do.

  Background:
    Given 10 TABLE arrive on 2027-01-31 as PO-1
    And 10 TABLE arrive on 2027-02-28 as PO-2
    And order-7 was promised 4 TABLE

  Scenario: The promise keeps its batch and shows the new date
    When PO-1 is put off to 2027-03-31
    Then order-7 is promised 4 TABLE from PO-1, which arrives on 2027-03-31
    And the record goes on with:
      | what        | batch | arrives    |
      | now arrives | PO-1  | 2027-03-31 |
      | is expected | PO-1  | 2027-03-31 |

  Scenario: The next line goes by the new dates
    When PO-1 is put off to 2027-03-31
    And order-8 asks for 4 TABLE
    Then order-8 is promised 4 TABLE from PO-2, which arrives on 2027-02-28

  Scenario: A promise shows that its batch has arrived
    When PO-1 arrives
    Then order-7 is promised 4 TABLE from PO-1, which is in the warehouse
