Feature: Rule 9: Once a batch is registered or changed, every allocation sees it
  A buyer who has just registered a batch opens sales in the next second. As soon as we confirm a batch, every
  customer can have it; as soon as we confirm that it shrank, its lost units are no longer promised.

  Scenario: A batch can be promised as soon as it is registered
    When 20 batches of 1 LAMP are bought, and each is ordered as soon as it is registered
    Then 20 of them are promised 1 LAMP each

  Scenario: Units that a batch has lost cannot be promised
    Given 20 LAMP are in the warehouse as PO-1
    When PO-1 turns out to hold 5
    And order-7 asks for 6 LAMP
    Then it is refused: no batch holds 6 LAMP, the largest has 5 left

  Scenario: Units that a batch has gained can be promised
    Given 5 LAMP are in the warehouse as PO-1
    When PO-1 turns out to hold 20
    And order-7 asks for 20 LAMP
    Then order-7 is promised 20 LAMP from PO-1

  Scenario: A new date counts at once
    Given 5 LAMP arrive on 2027-01-31 as PO-1
    And 5 LAMP arrive on 2027-02-28 as PO-2
    When PO-2 is put off to 2027-01-01
    And order-7 asks for 5 LAMP
    Then order-7 is promised 5 LAMP from PO-2, which arrives on 2027-01-01
