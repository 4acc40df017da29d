Feature: Rule 10: An order is atomic: all of its lines change, or none
  A customer who gets the table without its chairs has no dining room, and we have stock that nobody else can buy.
  So an order that is put as a whole gets all of its lines in one step or is refused, and a change of it is one
  step, too. An order that was cancelled stays cancelled, however late a request comes.

  Background:
    Given 10 CHAIR are in the warehouse as PO-1
    And 4 TABLE are in the warehouse as PO-2

  Scenario: All lines of an order are promised in one step
    When order-7 asks together for:
      | units | sku   |
      | 6     | CHAIR |
      | 1     | TABLE |
    Then order-7 is promised 6 CHAIR from PO-1
    And order-7 is promised 1 TABLE from PO-2

  Scenario: One line that does not fit refuses the whole order
    When order-7 asks together for:
      | units | sku   |
      | 6     | CHAIR |
      | 5     | TABLE |
    Then it is refused, and these are short:
      | sku   | asked | left |
      | TABLE | 5     | 4    |
    And order-7 is promised nothing
    And PO-1 has 10 left

  Scenario: A line that does not fit can be left out if the customer wants the rest
    When order-7 asks for what fits of:
      | units | sku   |
      | 6     | CHAIR |
      | 5     | TABLE |
    Then order-7 is promised 6 CHAIR from PO-1
    And order-7 is promised no TABLE

  Scenario: Two orders for the last units never get half each
    When 20 orders ask together for 1 CHAIR and 1 TABLE each at the same moment
    Then 4 of them are promised both, and the others nothing
    And PO-1 has 6 left
    And PO-2 has 0 left

  Scenario: An order is amended by the difference
    Given order-7 asked together for:
      | units | sku   |
      | 6     | CHAIR |
      | 1     | TABLE |
    And 50 CHAIR are in the warehouse as PO-0
    When order-7 asks together for:
      | units | sku   |
      | 9     | CHAIR |
    Then order-7 is promised 9 CHAIR from PO-1
    And order-7 is promised no TABLE
    And PO-2 has 4 left
    And the record goes on with:
      | what       | order   | units | was | batch |
      | amended    | order-7 | 9     | 6   | PO-1  |
      | given back | order-7 | 1     |     | PO-2  |

  Scenario: An amendment that does not fit leaves the order as it was
    Given order-7 asked together for:
      | units | sku   |
      | 6     | CHAIR |
      | 1     | TABLE |
    When order-7 asks together for:
      | units | sku   |
      | 2     | CHAIR |
      | 5     | TABLE |
    Then it is refused, and these are short:
      | sku   | asked | left |
      | TABLE | 5     | 4    |
    And order-7 is promised 6 CHAIR from PO-1
    And order-7 is promised 1 TABLE from PO-2

  Scenario: The same order again changes nothing
    Given order-7 asked together for:
      | units | sku   |
      | 6     | CHAIR |
    When order-7 asks together for:
      | units | sku   |
      | 6     | CHAIR |
    Then order-7 is promised 6 CHAIR from PO-1
    And nothing new is on record


  Scenario: A cancelled order gives everything back and stays cancelled
    Given order-7 asked together for:
      | units | sku   |
      | 6     | CHAIR |
      | 1     | TABLE |
    When order-7 is cancelled for good
    Then PO-1 has 10 left
    And PO-2 has 4 left
    When order-7 asks together for:
      | units | sku   |
      | 6     | CHAIR |
    Then it is refused: order-7 is cancelled
    When order-7 asks for 6 CHAIR
    Then it is refused: order-7 is cancelled
    And order-7 is promised nothing

  Scenario: A cancelled order is opened again only if somebody says so
    Given order-7 asked together for:
      | units | sku   |
      | 6     | CHAIR |
    When order-7 is cancelled for good
    And order-7 is opened again and asks for:
      | units | sku   |
      | 2     | CHAIR |
    Then order-7 is promised 2 CHAIR from PO-1
