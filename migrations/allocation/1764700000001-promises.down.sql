drop index if exists allocation.split_claim_by_batch;
create index split_claim_by_batch on allocation.split_claim (batch_reference);
drop index if exists allocation.split_claim_by_order;
drop index if exists allocation.batch_late;
drop index if exists allocation.line_promised;
