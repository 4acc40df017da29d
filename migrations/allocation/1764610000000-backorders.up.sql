create table allocation.backorder (
  order_id      text collate "C" not null,
  sku           text collate "C" not null references allocation.product,
  quantity      integer not null check (quantity > 0),
  sequence      bigint not null,
  split         boolean not null,
  needed_by     date,
  expires_at    timestamptz(3),
  priority      smallint not null check (priority between 0 and 9),
  promised_date date,
  channel       text,
  place         bigint not null generated always as ((9 - priority) * 70368744177664 + sequence) stored,
  primary key (order_id, sku)
);
comment on table allocation.backorder is
  'The order lines that wait for units of a product: they claim nothing, and are in no other table of lines (rule 12).';
comment on column allocation.backorder.sequence is
  'Its age: its place in the order in which lines of the product were ordered. It keeps it when it gets its units.';
comment on column allocation.backorder.expires_at is 'When its hold ends, until when it waits; null: it is firm.';
comment on column allocation.backorder.promised_date is
  'The day that it was promised before it had to wait (rule 7b), -infinity: at once; null: none yet.';
comment on column allocation.backorder.channel is 'The channel of its order; null: none.';
comment on column allocation.backorder.place is
  'Lines wait in this order: higher priority before lower, then the oldest. 2^46 sequences for each priority.';
create index backorder_queue on allocation.backorder (sku, place) include (quantity, split);
create index backorder_expiring on allocation.backorder (sku, expires_at) where expires_at is not null;

alter table allocation.product add column waiting integer not null default 0 check (waiting >= 0);
comment on column allocation.product.waiting is
  'Lines that wait for it: a product without any never reads its queue.';
alter table allocation.line add column may_wait boolean not null default false;
comment on column allocation.line.may_wait is 'Whether it waits if its batch shrinks and no other can hold it (rule 6b).';
alter table allocation.customer_order add column may_wait boolean not null default false;
comment on column allocation.customer_order.may_wait is 'Whether lines that do not fit wait (rule 12).';
