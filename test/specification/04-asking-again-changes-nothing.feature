Feature: Asking again changes nothing
  Web shops repeat themselves: a customer clicks twice, a line is lost, a robot retries. A repeated
  question must get the promise that stands, and never a second one. Only when the quantity differs
  is it not the same question; then we say no, and let the shop decide what it meant.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And order-7 was promised 4 TABLE

  Scenario: The same question gets the same promise
    When order-7 asks for 4 TABLE
    Then order-7 is promised 4 TABLE from PO-1
    And PO-1 has 6 left
    And nothing new is on record

  Scenario: Also when better stock has come in the meantime
    Given 10 TABLE are in the warehouse as PO-0
    When order-7 asks for 4 TABLE
    Then order-7 is promised 4 TABLE from PO-1

  Scenario: Also when nothing is left
    Given order-8 was promised 6 TABLE
    When order-7 asks for 4 TABLE
    Then order-7 is promised 4 TABLE from PO-1

  Scenario Outline: Another quantity is another question
    When order-7 asks for <units> TABLE
    Then it is refused: order-7 already has 4 TABLE, not <units>
    And order-7 is promised 4 TABLE from PO-1
    And nothing new is on record

    Examples:
      | units |
      | 3     |
      | 5     |

  Scenario: A hundred repetitions at the same moment are one
    When order-8 asks 100 times at the same moment for 2 TABLE
    Then order-8 is promised 2 TABLE from PO-1
    And PO-1 has 4 left
    And the record goes on with:
      | what     | order   | units | batch |
      | promised | order-8 | 2     | PO-1  |
