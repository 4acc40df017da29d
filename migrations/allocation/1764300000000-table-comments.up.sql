comment on table allocation.product is 'The SKUs with stock, each with the version that its changes raise by one.';
comment on table allocation.batch is 'The batches as stock that can be promised: their quantity, and how much of it is allocated.';
comment on table allocation.line is 'The order lines that have an allocation, each with the batch that it claims.';
