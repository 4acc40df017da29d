alter table allocation.product add column policy jsonb;
comment on column allocation.product.policy is
  'Who gets its units: the order of its queue, and the units that are protected. Null: as by default.';
