Feature: Buyers get one alert of a shortage, and later how large it was
  A buyer who gets a mail for each refused line stops reading them. So the first refusal sends an alert at once.
  For a day after it refusals are only counted; the next alert reports the count, after that day or when stock
  comes for the first time.

  Background:
    Given 3 TABLE are in the warehouse as PO-1

  Scenario: The first refusal sends an alert, those after it are counted
    When order-1 asks for 10 TABLE and is refused
    And order-2 asks for 10 TABLE and is refused
    And order-3 asks for 20 TABLE and is refused
    And 23 hours pass
    Then the buyers have these mails about TABLE:
      | about               | units |
      | Out of stock: TABLE | 10    |

  Scenario: After a day an alert reports what was counted
    When order-1 asks for 10 TABLE and is refused
    And order-2 asks for 10 TABLE and is refused
    And order-3 asks for 20 TABLE and is refused
    And 25 hours pass
    Then the buyers have these mails about TABLE:
      | about                                                      | units |
      | Out of stock: TABLE                                        | 10    |
      | Still out of stock: TABLE, 2 more order lines were refused | 30    |

  Scenario: When stock comes an alert reports what was counted until then
    When order-1 asks for 10 TABLE and is refused
    And order-2 asks for 20 TABLE and is refused
    And 50 TABLE are bought as PO-2
    Then the buyers have these mails about TABLE:
      | about                                                       | units |
      | Out of stock: TABLE                                         | 10    |
      | Stock has come: TABLE, 1 more order line was refused before | 20    |

  Scenario Outline: Stock that comes and goes sends no more alerts that day
    When order-1 asks for 10 TABLE and is refused
    And <stock comes>
    And order-2 asks for 100 TABLE and is refused
    And 25 hours pass
    Then the buyers have these mails about TABLE:
      | about                                                    | units |
      | Out of stock: TABLE                                      | 10    |
      | Still out of stock: TABLE, 1 more order line was refused | 100   |

    Examples:
      | stock comes                 |
      | 50 TABLE are bought as PO-2 |
      | PO-1 turns out to hold 50   |

  Scenario: Each product has its own quiet period
    Given 3 CHAIR are in the warehouse as PO-2
    When order-1 asks for 10 TABLE and is refused
    And order-1 asks for 4 CHAIR and is refused
    Then the buyers have these mails about TABLE:
      | about               | units |
      | Out of stock: TABLE | 10    |
    And the buyers have these mails about CHAIR:
      | about               | units |
      | Out of stock: CHAIR | 4     |
