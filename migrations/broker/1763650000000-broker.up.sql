create table broker.inbox (
  channel     text not null,
  message_id  text not null,
  received_at timestamptz not null default now(),
  primary key (channel, message_id)
);
comment on table broker.inbox is
  'The messages that were applied, each noted in the transaction of what it changed: one that comes again changes nothing.';
create index inbox_received_at on broker.inbox (received_at);

create table broker.dead_letter (
  id          bigint generated always as identity primary key,
  broker      text not null,
  channel     text not null,
  message_id  text,
  reason      text not null,
  body        bytea not null,
  size        integer not null,
  received_at timestamptz not null default now(),
  unique (broker, channel, message_id)
);
comment on table broker.dead_letter is
  'The messages that could not be read or applied, and why. Of a long body only the beginning is kept.';
