drop index allocation.batch_partly_received;
