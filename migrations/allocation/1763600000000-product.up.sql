create table allocation.product (
  sku           text collate "C" primary key,
  version       bigint not null check (version > 0),
  last_sequence bigint not null check (last_sequence >= 0)
) with (fillfactor = 50);
comment on column allocation.product.last_sequence is
  'Place in the order of allocation that was given out last (rule 6).';

create table allocation.batch (
  reference text collate "C" primary key,
  sku       text collate "C" not null references allocation.product,
  eta       date,
  quantity  integer not null,
  allocated integer not null,
  is_open   boolean not null generated always as (allocated < quantity) stored,
  unique (sku, reference),
  constraint never_over_allocated check (allocated between 0 and quantity)
) with (fillfactor = 50);
comment on column allocation.batch.is_open is
  'Spares the indexes an entry for each line that is allocated: they hold nothing that changes with it.';
create index batch_open on allocation.batch (sku, coalesce(eta, '-infinity'), reference) where is_open;

create table allocation.line (
  order_id        text collate "C" not null,
  sku             text collate "C" not null,
  quantity        integer not null check (quantity > 0),
  batch_reference text collate "C" not null,
  sequence        bigint not null,
  constraint one_line_per_order_and_sku primary key (order_id, sku),
  constraint on_a_batch_of_its_sku
    foreign key (sku, batch_reference) references allocation.batch (sku, reference)
);
comment on column allocation.line.sequence is
  'Place in the order in which the lines of the product were allocated; kept when the line moves.';
create index line_newest_first on allocation.line (batch_reference, sequence);
