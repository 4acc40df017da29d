-- no-transaction: an index is built beside the writers outside of one only.
drop index concurrently if exists allocation.line_leaving_order;
create index concurrently line_leaving_order
    on allocation.line (batch_reference, (expires_at is null), priority, sequence desc);
-- The same in another order: two would cost each allocation an entry more.
drop index concurrently if exists allocation.line_newest_first;
drop index concurrently if exists allocation.line_expiring;
create index concurrently line_expiring on allocation.line (sku, expires_at) where expires_at is not null;
