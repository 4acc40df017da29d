create table batches.batch (
  reference           text collate "C" primary key,
  sku                 text collate "C" not null,
  quantity            integer not null check (quantity >= 0),
  eta                 date,
  registered_quantity integer not null check (registered_quantity > 0),
  registered_eta      date,
  version             integer not null
);
comment on column batches.batch.registered_quantity is
  'As first registered, so that the same registration can be told from another one for ever.';
create index batch_by_sku on batches.batch (sku, reference);
