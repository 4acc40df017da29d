Feature: The shop can ask what can be promised, and by when
  "In stock" sells, "in two weeks" sells less, and a wrong date loses the customer. So the shop can ask at any time
  what is still available, by date, and which promise a customer would get now.

  Background:
    Given these batches of TABLE:
      | batch | units | arrives    |
      | PO-1  | 4     |            |
      | PO-2  | 7     | 2027-01-31 |
      | PO-3  | 3     | 2027-01-31 |
      | PO-4  | 20    | 2027-02-28 |

  Scenario: Available units are shown by date
    Then 4 TABLE can be promised from the warehouse
    And these TABLE can be promised later:
      | arrives    | units |
      | 2027-01-31 | 10    |
      | 2027-02-28 | 20    |

  Scenario: Promised units are no longer available
    Given order-7 was promised 4 TABLE
    And order-8 was promised 5 TABLE
    Then 0 TABLE can be promised from the warehouse
    And these TABLE can be promised later:
      | arrives    | units |
      | 2027-01-31 | 5     |
      | 2027-02-28 | 20    |

  Scenario Outline: An order gets the promise that was shown before
    Then <units> TABLE could be promised from <batch>, which <when>
    When order-7 asks for <units> TABLE
    Then order-7 is promised <units> TABLE from <batch>, which <when>

    Examples:
      | units | batch | when                  |
      | 4     | PO-1  | is in the warehouse   |
      | 5     | PO-2  | arrives on 2027-01-31 |
      | 8     | PO-4  | arrives on 2027-02-28 |

  Scenario: More units than any batch has cannot be promised
    Then 21 TABLE could not be promised
