-- no-transaction: an index is built beside the writers outside of one only.
-- New lines come last in it, as sequences grow: its pages are filled instead of halved, and it is half as large.
drop index concurrently if exists allocation.line_leaving_last;
create index concurrently line_leaving_last
    on allocation.line (batch_reference, (expires_at is not null), (-priority), sequence);
-- The same the other way round: two would cost each allocation an entry more.
drop index concurrently if exists allocation.line_leaving_order;
