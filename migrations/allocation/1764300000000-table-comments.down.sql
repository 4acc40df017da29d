comment on table allocation.product is null;
comment on table allocation.batch is null;
comment on table allocation.line is null;
