Feature: Rule 18: Every event knows its actor
  If stock is wrong or a customer complains, the first question is who did it. So each entry of the record names
  the person or system that asked for it, and what follows from a request has the name of the one who made it.

  Background:
    Given 10 TABLE are in the warehouse as PO-1

  Scenario: Each entry names who asked for it
    When web-shop asks for 6 TABLE for order-7
    And scanner-2 ships 4 TABLE of order-7 with parcel-1
    And scanner-3 takes 1 TABLE of order-7 back with return-1
    Then the record goes on with:
      | what              | order   | units | who       |
      | promised          | order-7 | 6     | web-shop  |
      | shipped           | order-7 | 4     | scanner-2 |
      | returned: restock | order-7 | 1     | scanner-3 |

  Scenario: What follows from a request has the same name
    Given order-7 was promised 6 TABLE
    When buyer says that PO-1 holds 5
    Then the record goes on with:
      | what      | units | who   |
      | now holds | 5     | buyer |
      | given up  | 6     | buyer |
      | refused   | 6     | buyer |

  Scenario: What a message brings about has the name of its channel
    Given order-7 was promised 6 TABLE
    When message m-1 says that PO-1 holds 5
    Then the record goes on with:
      | what      | units | who                   |
      | now holds | 5     | change_batch_quantity |
      | given up  | 6     | change_batch_quantity |
      | refused   | 6     | change_batch_quantity |
