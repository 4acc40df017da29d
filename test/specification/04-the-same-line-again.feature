Feature: Rule 4: The same line again gets the allocation it has; another quantity is a conflict
  Web shops repeat requests: a customer clicks twice, a connection breaks, a client retries. A repeated
  request must get the existing promise and never a second one. With another quantity it is another
  request: we refuse it and let the shop decide what it meant.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And order-7 was promised 4 TABLE

  Scenario: A repeated request gets the same promise
    When order-7 asks for 4 TABLE
    Then order-7 is promised 4 TABLE from PO-1
    And PO-1 has 6 left
    And nothing new is on record

  Scenario: A repeated request keeps its promise though a better batch has come
    Given 10 TABLE are in the warehouse as PO-0
    When order-7 asks for 4 TABLE
    Then order-7 is promised 4 TABLE from PO-1

  Scenario: A repeated request keeps its promise though nothing is left
    Given order-8 was promised 6 TABLE
    When order-7 asks for 4 TABLE
    Then order-7 is promised 4 TABLE from PO-1

  Scenario Outline: Another quantity is refused
    When order-7 asks for <units> TABLE
    Then it is refused: order-7 already has 4 TABLE, not <units>
    And order-7 is promised 4 TABLE from PO-1
    And nothing new is on record

    Examples:
      | units |
      | 3     |
      | 5     |

  Scenario: A hundred repetitions at the same moment make one promise
    When order-8 asks 100 times at the same moment for 2 TABLE
    Then order-8 is promised 2 TABLE from PO-1
    And PO-1 has 4 left
    And the record goes on with:
      | what     | order   | units | batch |
      | promised | order-8 | 2     | PO-1  |
