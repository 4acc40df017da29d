alter table allocation.batch
  add column received    integer not null default 0 check (received >= 0),
  add column shipped     bigint not null default 0 check (shipped >= 0),
  add column returned    bigint not null default 0 check (returned >= 0),
  add column written_off bigint not null default 0;
comment on column allocation.batch.quantity is 'Units that it still has to give: bought, less those that have left.';
comment on column allocation.batch.received is
  'Units that have come of a batch of which others are still to come: it has an eta. Without one, all of them are on hand.';
comment on column allocation.batch.shipped is 'Units that have left with shipments.';
comment on column allocation.batch.returned is 'Units that came back.';
comment on column allocation.batch.written_off is 'Units that were written off, less those that were found.';

create table allocation.document (
  kind            text not null check (kind in ('receipt', 'shipment', 'return', 'adjustment')),
  id              text collate "C" not null,
  order_id        text collate "C",
  batch_reference text collate "C",
  content         text not null,
  result          jsonb not null,
  created_at      timestamptz(3) not null,
  cancelled_at    timestamptz(3),
  primary key (kind, id)
);
comment on table allocation.document is
  'Receipts, shipments, returns and adjustments under the names that callers gave them (rule 16).';
comment on column allocation.document.content is 'What was asked for: the same again changes nothing.';
comment on column allocation.document.result is 'What was done.';
create index document_of_order on allocation.document (order_id, created_at, id) where order_id is not null;
