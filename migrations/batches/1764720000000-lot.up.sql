alter table batches.batch
  add column location               text collate "C" not null default 'main',
  add column supplier               text,
  add column best_before            date,
  add column registered_best_before date,
  add column blocked                boolean not null default false;
comment on column batches.batch.location is 'Where it is.';
comment on column batches.batch.supplier is 'Who it was bought from; null: nobody has said it.';
comment on column batches.batch.best_before is 'The last day on which its units can be used; null: they keep.';
comment on column batches.batch.registered_best_before is 'As first registered, like registered_eta.';
comment on column batches.batch.blocked is 'Whether nothing new is claimed from it.';
