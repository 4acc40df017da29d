create table event_log.discarded (
  subscription text not null references event_log.subscription on delete cascade,
  position     bigint not null,
  key          text collate "C" not null,
  attempts     integer not null,
  error        text,
  reason       text not null,
  discarded_at timestamptz not null default clock_timestamp(),
  primary key (subscription, position)
);
comment on table event_log.discarded is
  'Events that an operator has let go: what was wrong with them (error), and why that is all right (reason).';
