comment on table batches.batch is null;
