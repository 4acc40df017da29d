drop index allocation.batch_due;
