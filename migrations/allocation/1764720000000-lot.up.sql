alter table allocation.batch add column lot jsonb;
comment on column allocation.batch.lot is
  'Its location, the last day on which its units can be used, and whether it is blocked. Null: nothing was said about it.';
