Feature: A batch is registered once, however often it is sent
  Purchasing sends its list again when in doubt, and must not double the stock. A batch that was registered
  before is recognised even after it has changed; another batch under the same reference is refused.

  Background:
    Given 10 TABLE are in the warehouse as PO-1

  Scenario: The same batch again adds nothing
    When 10 TABLE are bought as PO-1
    Then PO-1 has 10 left
    And nothing new is on record

  Scenario: The same batch again adds nothing after it has shrunk
    When PO-1 turns out to hold 6
    And 10 TABLE are bought as PO-1
    Then PO-1 has 6 left

  Scenario Outline: Another batch under the same reference is refused
    When <something else> as PO-1
    Then it is refused: PO-1 was registered with other facts
    And PO-1 has 10 left

    Examples:
      | something else                        |
      | 11 TABLE are bought                   |
      | 10 CHAIR are bought                   |
      | 10 TABLE due on 2027-01-31 are bought |
