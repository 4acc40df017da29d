drop table broker.dead_letter, broker.inbox;
