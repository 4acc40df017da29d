alter table allocation.line
  add column split      boolean not null default false,
  add column needed_by  date,
  add column expires_at timestamptz(3),
  add column priority   smallint not null default 5;
comment on column allocation.line.split is 'Whether several batches may hold it together (rule 1b).';
comment on column allocation.line.needed_by is 'The last day on which its units may come; null: any.';
comment on column allocation.line.expires_at is 'When its hold ends (rule 11); null: the claim is firm.';
comment on column allocation.line.priority is 'Lines of a lower one leave a batch first (rule 6).';

alter table allocation.batch add column held integer not null default 0;
comment on column allocation.batch.held is 'Of the allocated units, those of holds.';

create table allocation.split_claim (
  order_id        text collate "C" not null,
  sku             text collate "C" not null,
  batch_reference text collate "C" not null,
  quantity        integer not null check (quantity > 0),
  primary key (order_id, sku, batch_reference),
  foreign key (order_id, sku) references allocation.line,
  foreign key (sku, batch_reference) references allocation.batch (sku, reference)
);
comment on table allocation.split_claim is
  'What a line that is split over several batches claims of those that come before its own, which comes last.';
create index split_claim_by_batch on allocation.split_claim (batch_reference);

create table allocation.customer_order (
  order_id      text collate "C" primary key,
  version       bigint not null check (version > 0),
  created_at    timestamptz(3) not null,
  expires_at    timestamptz(3),
  priority      smallint not null,
  channel       text,
  ship_complete boolean not null,
  cancelled_at  timestamptz(3),
  lines         jsonb not null
) with (fillfactor = 70);
comment on table allocation.customer_order is
  'What an order must know of itself, beside the claims of its lines. An order of loose lines has no row.';
comment on column allocation.customer_order.lines is 'What it asks for of each SKU, and what has left and come back of it.';
create index customer_order_newest on allocation.customer_order (created_at, order_id);
create index customer_order_by_channel on allocation.customer_order (channel, created_at, order_id)
 where channel is not null;
create index customer_order_by_sku on allocation.customer_order using gin (lines jsonb_path_ops);
