drop table batches.batch;
