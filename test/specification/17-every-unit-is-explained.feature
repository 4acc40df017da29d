Feature: Rule 17: Every unit is explained
  When the shelf and the books do not agree, somebody has to find out why. So every change of a figure of a batch is
  kept with its reason and with who made it, and all of them add up to what the batch has, at every moment.

  Background:
    Given 10 TABLE arrive on 2027-01-31 as PO-1

  Scenario: Each change is a movement, and they add up
    Given order-7 was promised 4 TABLE
    When 6 TABLE of PO-1 come in with note-1
    And 4 TABLE of order-7 leave with parcel-1
    And 1 TABLE of order-7 come back with return-1
    And 1 TABLE of order-7 come back broken with return-2
    And 1 TABLE of PO-1 are missing, says count-1
    Then the movements of PO-1 are:
      | kind       | on hand | after | to come | after it | claimed | then | order   |
      | registered | 0       | 0     | 10      | 10       | 0       | 0    |         |
      | claimed    | 0       | 0     | 0       | 10       | 4       | 4    | order-7 |
      | received   | 6       | 6     | -6      | 4        | 0       | 4    |         |
      | shipped    | -4      | 2     | 0       | 4        | -4      | 0    | order-7 |
      | restocked  | 1       | 3     | 0       | 4        | 0       | 0    | order-7 |
      | scrapped   | 0       | 3     | 0       | 4        | 0       | 0    | order-7 |
      | adjusted   | -1      | 2     | 0       | 4        | 0       | 0    |         |

  Scenario: A line that moves is explained on both batches
    Given order-7 was promised 4 TABLE
    And 10 TABLE arrive on 2027-02-28 as PO-2
    When PO-1 turns out to hold 3
    Then the movements of PO-2 are:
      | kind       | on hand | after | to come | after it | claimed | then | order   |
      | registered | 0       | 0     | 10      | 10       | 0       | 0    |         |
      | moved      | 0       | 0     | 0       | 10       | 4       | 4    | order-7 |
    And the movements of PO-1 are:
      | kind       | on hand | after | to come | after it | claimed | then | order   |
      | registered | 0       | 0     | 10      | 10       | 0       | 0    |         |
      | claimed    | 0       | 0     | 0       | 10       | 4       | 4    | order-7 |
      | adjusted   | 0       | 0     | -7      | 3        | 0       | 4    |         |
      | moved      | 0       | 0     | 0       | 3        | -4      | 0    | order-7 |

  Scenario: A batch that arrives, and has not arrived after all
    When PO-1 arrives
    And PO-1 is put off to 2027-03-31
    Then the movements of PO-1 are:
      | kind       | on hand | after | to come | after it | claimed | then | order |
      | registered | 0       | 0     | 10      | 10       | 0       | 0    |       |
      | received   | 10      | 10    | -10     | 0        | 0       | 0    |       |
      | adjusted   | -10     | 0     | 10      | 10       | 0       | 0    |       |

  Scenario: Figures of batches are what lines and the record add up to
    Given order-7 was promised 4 TABLE
    When 6 TABLE of PO-1 come in with note-1
    Then a check of all figures finds nothing
