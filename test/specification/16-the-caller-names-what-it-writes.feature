Feature: Rule 16: The caller names what it writes, and the same again changes nothing
  A warehouse that does not know whether its note has arrived sends it again. So each receipt, shipment, return
  and adjustment has a name. The same under the same name is one and the same; something else under that name is
  a mistake that somebody has to look at.

  Background:
    Given 10 TABLE arrive on 2027-01-31 as PO-1
    And 5 TABLE of PO-1 came in with note-0
    And order-7 was promised 4 TABLE
    And 2 TABLE of order-7 left with parcel-0

  Scenario Outline: The same again changes nothing
    When <what happens>
    And <what happens>
    Then PO-1 has <left> left
    And the record goes on with:
      | what   |
      | <once> |

    Examples:
      | what happens                                | left | once              |
      | 12 TABLE of PO-1 come in with note-1        | 13   | received          |
      | 1 TABLE of order-7 leave with parcel-1      | 6    | shipped           |
      | 1 TABLE of order-7 come back with return-1  | 7    | returned: restock |
      | 1 TABLE of PO-1 are missing, says count-1   | 5    | adjusted          |

  Scenario Outline: Something else under the same name is refused
    When <what happens>
    And <something else>
    Then it is refused: another <kind> is known as <name>

    Examples:
      | what happens                               | something else                             | kind       | name     |
      | 2 TABLE of PO-1 come in with note-1        | 3 TABLE of PO-1 come in with note-1        | receipt    | note-1   |
      | 1 TABLE of order-7 leave with parcel-1     | 2 TABLE of order-7 leave with parcel-1     | shipment   | parcel-1 |
      | 1 TABLE of order-7 come back with return-1 | 2 TABLE of order-7 come back with return-1 | return     | return-1 |
      | 1 TABLE of PO-1 are missing, says count-1  | 2 TABLE of PO-1 are missing, says count-1  | adjustment | count-1  |

  Scenario: A shipment that was cancelled does not leave because its call comes again
    When all of order-7 leaves with parcel-1
    And parcel-1 has not left after all
    And all of order-7 leaves with parcel-1
    Then it is refused: the shipment parcel-1 is cancelled
    And 2 TABLE of order-7 have left
