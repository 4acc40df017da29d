-- no-transaction: an index is built beside the writers outside of one only.
drop index concurrently if exists allocation.split_claim_by_batch;
create index concurrently split_claim_by_batch on allocation.split_claim (batch_reference);
drop index concurrently if exists allocation.split_claim_by_order;
drop index concurrently if exists allocation.batch_late;
drop index concurrently if exists allocation.line_promised;
