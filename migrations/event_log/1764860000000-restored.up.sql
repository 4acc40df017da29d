create table event_log.restored (
  ended_at        bigint primary key,
  continues_after bigint not null check (continues_after > ended_at),
  restored_at     timestamptz not null default now()
);
comment on table event_log.restored is
  'Restores of a backup: where the log ended then, and where it continues. A reader between the two has seen events that are gone.';
