-- no-transaction: an index is built beside the writers outside of one only.
drop index concurrently if exists allocation.batch_ranked;
create index concurrently batch_ranked
    on allocation.batch (sku, coalesce(eta, '-infinity'), coalesce(rank, 0), reference) where is_open;
-- The same with less in it.
drop index concurrently if exists allocation.batch_open;
