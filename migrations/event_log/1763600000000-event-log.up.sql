create table event_log.event (
  position       bigint generated always as identity primary key,
  id             uuid not null,
  type           text not null,
  version        integer not null,
  key            text collate "C" not null,
  occurred_at    timestamptz not null default clock_timestamp(),
  correlation_id text not null,
  causation_id   uuid,
  data           jsonb not null
);
comment on table event_log.event is
  'What has happened, in the order of commits: positions are given out under a lock held until the commit.';

create table event_log.subscription (
  name       text primary key,
  position   bigint not null default 0,
  moved_at   timestamptz not null default now()
);
comment on column event_log.subscription.position is
  'Every event up to here is handled or set aside.';

create table event_log.set_aside (
  subscription    text not null references event_log.subscription on delete cascade,
  position        bigint not null,
  key             text collate "C" not null,
  state           text not null check (state in ('retrying', 'parked', 'behind')),
  attempts        integer not null default 0,
  next_attempt_at timestamptz,
  error           text,
  primary key (subscription, position),
  check ((state = 'retrying') = (next_attempt_at is not null))
);
comment on table event_log.set_aside is
  'Events that failed (retrying, then parked for an operator), and later ones of the same key that wait behind.';
create index set_aside_due on event_log.set_aside (subscription, next_attempt_at) where state = 'retrying';
create index set_aside_key on event_log.set_aside (subscription, key, position);
