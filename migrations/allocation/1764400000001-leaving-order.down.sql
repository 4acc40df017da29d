drop index allocation.line_leaving_order, allocation.line_expiring;
create index line_newest_first on allocation.line (batch_reference, sequence);
