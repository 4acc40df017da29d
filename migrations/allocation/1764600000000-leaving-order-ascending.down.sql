drop index allocation.line_leaving_last;
create index line_leaving_order on allocation.line (batch_reference, (expires_at is null), priority, sequence desc);
