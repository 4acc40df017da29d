Feature: A reallocation run reassigns the units of a product
  A campaign sells more than was planned, and the goods come late. The planner decides who must have theirs, who keeps
  what they have and who gives way, sees the difference before it is done, and does it in one step: nobody loses to a
  customer who matters less, and each line says why it moved.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And order-1 of outlet waits if need be for 6 TABLE
    And order-2 of web waits if need be for 4 TABLE
    And order-3 of vip waits if need be for 5 TABLE

  Scenario: A line that wins takes units from one that loses
    When a reallocation run lets vip win and outlet lose
    Then order-3 is promised 5 TABLE from PO-1
    And order-2 is promised 4 TABLE from PO-1
    And these wait for TABLE:
      | order   | units | ahead |
      | order-1 | 6     | 0     |
    And the record goes on with:
      | what                    | order   | units | batch |
      | waits: reallocation-run | order-1 | 6     |       |
      | promised                | order-3 | 5     | PO-1  |

  Scenario: The planner sees the difference before it is done
    When a planner asks what a reallocation run would do that lets vip win and outlet lose
    Then these lines have other units, or would have:
      | order   | outcome     | segment |
      | order-1 | backordered | lose    |
      | order-3 | gained      | win     |
    And order-1 is promised 6 TABLE from PO-1
    And nothing new is on record

  Scenario: A line that gains keeps what it has, and one that wins takes nothing from it
    When a reallocation run lets vip win and web gain
    Then these lines have other units, or would have:
      | order | outcome | segment |
    And nothing new is on record

  Scenario: A line that fills keeps its units unless somebody before it needs them
    When a reallocation run lets web gain and outlet fill
    Then order-1 is promised 6 TABLE from PO-1
    When a reallocation run lets vip redistribute and outlet fill
    Then order-3 is promised 5 TABLE from PO-1
    And order-1 waits for 6 TABLE

  Scenario: What a line loses on hand it may get later
    Given 6 TABLE arrive on 2097-01-31 as PO-2
    When a reallocation run lets vip win and outlet lose
    Then order-3 is promised 5 TABLE from PO-1
    And order-1 is promised 6 TABLE from PO-2, which arrives on 2097-01-31

  Scenario: The same run again changes nothing
    Given a reallocation run let vip win and outlet lose
    When a reallocation run lets vip win and outlet lose
    Then nothing new is on record

  Scenario: Protected units stay protected
    Given of the last TABLE 5 are for fair
    And 5 TABLE are in the warehouse as PO-2
    When a reallocation run lets vip win and outlet lose
    Then order-3 is promised 5 TABLE from PO-1
    And order-1 waits for 6 TABLE
    And PO-2 has 5 left
