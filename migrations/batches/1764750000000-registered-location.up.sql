alter table batches.batch add column registered_location text collate "C";
comment on column batches.batch.registered_location is
  'As first registered, like registered_eta; null: where it is, since it was never moved.';
