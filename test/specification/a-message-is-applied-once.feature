Feature: A message from another system is applied once
  Messages between companies come late, twice, or garbled. The same message must never be applied twice, and one
  that cannot be applied must never be thrown away: somebody has to look at it.

  Background:
    Given 100 TABLE are in the warehouse as PO-1

  Scenario: A message changes a batch as a request does
    Given order-7 was promised 60 TABLE
    And 80 TABLE arrive on 2027-01-31 as PO-2
    When message m-1 says that PO-1 holds 50
    Then PO-1 has 50 left
    And order-7 is promised 60 TABLE from PO-2

  Scenario: A message that comes again is not applied again
    When message m-1 says that PO-1 holds 50
    And message m-2 says that PO-1 holds 70
    And message m-1 says that PO-1 holds 50
    Then PO-1 has 70 left

  Scenario Outline: A message that cannot be applied is kept with the reason
    When message m-1 <says>
    Then PO-1 has 100 left
    And nothing new is on record
    And message m-1 is kept, because <reason>

    Examples:
      | says                    | reason                 |
      | says that PO-9 holds 5  | There is no batch PO-9 |
      | says that PO-1 holds -3 | qty must be            |
      | is garbled              | not JSON               |

  Scenario: A message that is kept does not hold up the next
    When message m-1 says that PO-9 holds 5
    And message m-2 says that PO-1 holds 70
    Then PO-1 has 70 left
    And message m-1 is kept, because There is no batch PO-9
