create table access.audit (
  position    bigint generated always as identity primary key,
  occurred_at timestamptz not null default clock_timestamp(),
  type        text not null check (type <> ''),
  actor       text not null check (actor <> ''),
  actor_kind  text not null check (actor_kind in ('key', 'token', 'loopback', 'operator', 'service')),
  subject     text not null,
  details     jsonb not null
);
comment on table access.audit is 'What was done to keys, and what operators did, in the order of commits.';
comment on column access.audit.actor is
  'Who did it: the name of a key, or the user of the operating system that ran the process.';
comment on column access.audit.subject is 'What it was done to: a key, a subscription, a dead letter, a schema.';
