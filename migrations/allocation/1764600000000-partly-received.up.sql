-- no-transaction: an index is built beside the writers outside of one only.
drop index concurrently if exists allocation.batch_partly_received;
create index concurrently batch_partly_received on allocation.batch (sku) where is_open and received > 0;
