-- no-transaction: an index is built beside the writers outside of one only.
-- Lines that were promised another day than their batch tells are few, and so is what these hold: no line that stays pays.
drop index concurrently if exists allocation.line_promised;
create index concurrently line_promised
    on allocation.line (batch_reference, (least(promised_date, needed_by)), order_id) where promised_date is not null;
drop index concurrently if exists allocation.batch_late;
create index concurrently batch_late on allocation.batch (reference)
 where eta is not null and (earlier_promises is not null or overdue_noted = eta);
drop index concurrently if exists allocation.split_claim_by_order;
create index concurrently split_claim_by_order on allocation.split_claim (batch_reference, order_id);
-- The same with less in it.
drop index concurrently if exists allocation.split_claim_by_batch;
