-- no-transaction: an index is built beside the writers outside of one only.
-- A build that was interrupted leaves an index that nothing uses.
drop index concurrently if exists allocation.batch_due;
-- It holds nothing that changes with each line: such an index would cost every allocation an entry.
create index concurrently batch_due on allocation.batch (eta, reference)
 where eta is not null and overdue_noted is distinct from eta;
