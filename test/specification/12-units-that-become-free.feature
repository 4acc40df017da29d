Feature: Rule 12: Units that become free go to the lines that wait, in the same transaction
  Who waits is served before who comes. So there is no moment at which units are free that a waiting line could have
  had: a shipment, a return, a cancelled order and a larger batch serve the queue in the step that frees the units.

  Background:
    Given 10 TABLE are in the warehouse as PO-1
    And order-1 was promised 8 TABLE
    And order-2 would wait for 6 TABLE
    And order-3 would wait for 3 TABLE

  Scenario: A batch serves the queue in the moment in which it is registered
    When 20 TABLE due on 2027-01-31 are bought as PO-2
    Then order-2 is promised 6 TABLE from PO-2
    And order-3 is promised 3 TABLE from PO-2
    And nobody waits for TABLE
    And the record goes on with:
      | what     | order   | units | batch |
      | bought   |         | 20    | PO-2  |
      | promised | order-2 | 6     | PO-2  |
      | promised | order-3 | 3     | PO-2  |

  Scenario: An order that is given back serves the queue
    When order-1 gives back its TABLE
    Then order-2 is promised 6 TABLE from PO-1
    And order-3 is promised 3 TABLE from PO-1

  Scenario: The head of the queue is passed over by a line that fits
    Given order-4 would wait for 2 TABLE
    Then order-4 is promised 2 TABLE from PO-1
    When PO-1 turns out to hold 13
    Then order-3 is promised 3 TABLE from PO-1
    And these wait for TABLE:
      | order   | units | ahead |
      | order-2 | 6     | 0     |

  Scenario: A new customer does not overtake a line that the units would have met
    When 3 TABLE are bought as PO-2
    And order-9 asks for 3 TABLE
    Then order-3 is promised 3 TABLE from PO-2
    And it is refused: no batch holds 3 TABLE, the largest has 2 left

  Scenario: Goods that come back serve the queue
    Given 8 TABLE of order-1 left with parcel-1
    When 8 TABLE of order-1 come back with return-1
    Then order-2 is promised 6 TABLE from PO-1
    And order-3 is promised 3 TABLE from PO-1

  Scenario: Many orders and a batch at the same moment leave no line that could be met
    Given 100 LAMP are in the warehouse as PO-7
    And order-7 would wait for 120 LAMP
    When 60 orders ask for 2 LAMP each while PO-7 turns out to hold 240
    Then order-7 is promised 120 LAMP from PO-7

  Scenario: In a strict queue, nobody behind the head is served, whatever fits
    Given the queue for TABLE is strict
    And order-4 would wait for 2 TABLE
    When PO-1 turns out to hold 13
    Then these wait for TABLE:
      | order   | units | ahead |
      | order-2 | 6     | 0     |
      | order-3 | 3     | 6     |
      | order-4 | 2     | 9     |
    When PO-1 turns out to hold 16
    Then order-2 is promised 6 TABLE from PO-1
    And these wait for TABLE:
      | order   | units | ahead |
      | order-3 | 3     | 0     |
      | order-4 | 2     | 3     |

  Scenario: What is free stays reserved for the head of a strict queue
    Given the queue for TABLE is strict
    When order-9 asks for 1 TABLE
    Then it is refused: no batch holds 1 TABLE, the largest has 0 left

  Scenario: An order of a higher priority is before the head of a strict queue
    Given the queue for TABLE is strict
    And order-4 would wait with priority 9 for 2 TABLE
    Then order-4 is promised 2 TABLE from PO-1

  Scenario: If the head of a strict queue is cancelled, the next line is served
    Given the queue for TABLE is strict
    When 4 TABLE are bought as PO-2
    And order-2 gives back its TABLE
    Then order-3 is promised 3 TABLE from PO-2
    And nobody waits for TABLE

  Scenario: A queue that is strict no more is served at once
    Given the queue for TABLE is strict
    And 4 TABLE are bought as PO-2
    When the queue for TABLE is first-fit
    Then order-3 is promised 3 TABLE from PO-2

  Scenario: In fair shares, each channel is served in turn
    Given 10 LAMP are in the warehouse as PO-7
    And order-10 was promised 10 LAMP
    And the queue for LAMP is fair-share
    And order-11 of web would wait for 2 LAMP
    And order-12 of web would wait for 2 LAMP
    And order-13 of web would wait for 2 LAMP
    And order-14 of fair would wait for 2 LAMP
    When 4 LAMP are bought as PO-8
    Then order-14 is promised 2 LAMP from PO-8
    And order-11 is promised 2 LAMP from PO-8
    Given order-15 of fair would wait for 2 LAMP
    When 4 LAMP are bought as PO-9
    Then order-15 is promised 2 LAMP from PO-9
    And order-12 is promised 2 LAMP from PO-9
    And these wait for LAMP:
      | order    | units | ahead |
      | order-13 | 2     | 0     |
