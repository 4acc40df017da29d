Feature: What was bought can be promised at once
  A buyer who has just entered a batch opens the shop for it in the next second. From the moment we say
  that it is entered, every customer can have it; and from the moment we say that it shrank, none can.

  Scenario: A batch can be promised as soon as it is entered
    When 20 batches of 1 LAMP are bought, and each is ordered as soon as it is entered
    Then 20 of them are promised 1 LAMP each

  Scenario: What is gone cannot be promised any more
    Given 20 LAMP are in the warehouse as PO-1
    When PO-1 turns out to hold 5
    And order-7 asks for 6 LAMP
    Then it is refused: no batch holds 6 LAMP, the largest has 5 left

  Scenario: What has grown can be promised whole
    Given 5 LAMP are in the warehouse as PO-1
    When PO-1 turns out to hold 20
    And order-7 asks for 20 LAMP
    Then order-7 is promised 20 LAMP from PO-1

  Scenario: A date counts from the moment it is entered
    Given 5 LAMP arrive on 2027-01-31 as PO-1
    And 5 LAMP arrive on 2027-02-28 as PO-2
    When PO-2 is put off to 2027-01-01
    And order-7 asks for 5 LAMP
    Then order-7 is promised 5 LAMP from PO-2, which arrives on 2027-01-01
