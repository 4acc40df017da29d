Feature: The record has everything that has happened, once and in order
  Shipping, invoicing and the call centre rely on what we publish. If something is missing, comes twice or comes
  in the wrong order, goods go to the wrong place. So everything that happens is put on record once, in the order
  in which it happened.

  Scenario: The record shows the life of an order
    Given 10 TABLE are in the warehouse as PO-1
    And 10 TABLE arrive on 2027-01-31 as PO-2
    When order-7 asks for 6 TABLE
    And order-8 asks for 11 TABLE
    And PO-1 turns out to hold 5
    And PO-2 is put off to 2027-02-28
    And order-7 is cancelled
    Then it is refused: no batch holds 11 TABLE, the largest has 10 left
    And the record goes on with:
      | what        | order   | units | from | batch | arrives    |
      | promised    | order-7 | 6     |      | PO-1  |            |
      | refused     |         | 11    |      |       |            |
      | now holds   |         | 5     |      | PO-1  |            |
      | moved       | order-7 | 6     | PO-1 | PO-2  | 2027-01-31 |
      | now arrives |         |       |      | PO-2  | 2027-02-28 |
      | is expected |         | 6     |      | PO-2  | 2027-02-28 |
      | given back  | order-7 | 6     |      | PO-2  |            |

  Scenario: The record shows what was bought
    When 10 TABLE are bought as PO-1
    Then the record goes on with:
      | what   | units | batch |
      | bought | 10    | PO-1  |

  Scenario: The record has each of thirty promises of the same moment once
    Given 30 TABLE are in the warehouse as PO-1
    When 30 orders ask for 1 TABLE each at the same moment
    Then 30 of them are promised 1 TABLE each
    And each of these promises is on record once
