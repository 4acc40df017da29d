alter table event_log.event add column handled_by text[];
comment on column event_log.event.handled_by is
  'Subscriptions that had their effect in the transaction that appended it, and so pass over it; null: none, as for events of older versions.';
alter table event_log.subscription add column begun_at bigint not null default 0;
comment on column event_log.subscription.begun_at is
  'The end of the log when it began: it reads all events up to here, also those that one of its name has handled before.';
