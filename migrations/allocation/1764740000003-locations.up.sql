alter table allocation.customer_order add column locations jsonb;
comment on column allocation.customer_order.locations is
  'The only places that its units may come from, in this order. Null: any place.';
alter table allocation.line add column locations jsonb;
comment on column allocation.line.locations is 'Those of its order.';
alter table allocation.backorder add column locations jsonb;
comment on column allocation.backorder.locations is 'Those of its order.';
