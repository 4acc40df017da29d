create table webhooks.endpoint (
  id              uuid primary key,
  url             text not null,
  types           text[] not null check (cardinality(types) > 0),
  skus            text[] check (cardinality(skus) > 0),
  format          text not null check (format in ('standard', 'cloudevents')),
  secrets         jsonb not null check (jsonb_typeof(secrets) = 'array' and jsonb_array_length(secrets) > 0),
  begins_after    bigint not null,
  created_at      timestamptz not null default clock_timestamp(),
  disabled_at     timestamptz,
  disabled_reason text check (disabled_reason in ('requested', 'gone', 'exhausted')),
  resume_after    bigint,
  failing_since   timestamptz,
  paused_until    timestamptz,
  replayed_up_to  bigint,
  replay_up_to    bigint,
  check ((disabled_at is null) = (disabled_reason is null)),
  check ((disabled_at is null) = (resume_after is null)),
  check ((replayed_up_to is null) = (replay_up_to is null))
);
comment on table webhooks.endpoint is
  'The webhooks: where events are sent, which of them, and the encrypted secrets that sign them.';
comment on column webhooks.endpoint.begins_after is 'Events after this position are sent.';
comment on column webhooks.endpoint.resume_after is
  'While it is disabled: the events after this position are not queued, and will be once it is enabled.';
comment on column webhooks.endpoint.failing_since is
  'When the first attempt began after which none has succeeded; null: the last one that ended has.';
comment on column webhooks.endpoint.paused_until is 'Nothing is sent before: the receiver has asked for it.';
comment on column webhooks.endpoint.replayed_up_to is
  'During a replay: the events up to here are queued again; later ones wait until they are, too.';

create table webhooks.deleted_endpoint (
  id uuid primary key
);
comment on table webhooks.deleted_endpoint is 'Webhooks that were deleted, and whose deliveries have still to be.';

create table webhooks.delivery (
  endpoint_id     uuid not null,
  position        bigint not null,
  event_id        uuid not null,
  type            text not null,
  sku             text collate "C" not null,
  format          text not null check (format in ('standard', 'cloudevents')),
  body            text not null,
  created_at      timestamptz not null default clock_timestamp(),
  state           text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts        integer not null default 0 check (attempts >= 0),
  last_attempt_at timestamptz,
  ended_at        timestamptz,
  status          integer,
  error           text,
  primary key (endpoint_id, position),
  check ((state = 'pending') = (ended_at is null))
);
comment on table webhooks.delivery is
  'The outbox: the events to send to each webhook, with the body that every attempt sends, and what became of them.';
create index delivery_pending on webhooks.delivery (endpoint_id, sku, position) where state = 'pending';
create index delivery_failed on webhooks.delivery (endpoint_id, position) where state = 'failed';
create index delivery_ended on webhooks.delivery (ended_at) where state <> 'pending';

create table webhooks.queue (
  endpoint_id uuid not null,
  sku         text collate "C" not null,
  due_at      timestamptz not null default clock_timestamp(),
  tries       integer not null default 0 check (tries >= 0),
  tried_since timestamptz,
  claim       uuid,
  primary key (endpoint_id, sku)
);
comment on table webhooks.queue is
  'The SKUs of each webhook that have events to send: the oldest one is sent once it is due, and the others wait for it.';
comment on column webhooks.queue.due_at is
  'While the event is being sent: when another instance may take it, should this one have died.';
comment on column webhooks.queue.claim is 'Who sends it now: settles only what it still holds.';
create index queue_due on webhooks.queue (endpoint_id, due_at);
