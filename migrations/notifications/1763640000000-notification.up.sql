create table notifications.shortage (
  sku       text collate "C" primary key,
  since     timestamptz not null,
  told_at   timestamptz not null,
  refusals  bigint not null check (refusals >= 0),
  units     bigint not null check (units >= 0),
  available integer not null check (available >= 0)
);
comment on table notifications.shortage is
  'The SKUs that are short now, and the refusals since told_at that nobody has been told of yet.';
create index shortage_untold on notifications.shortage (told_at) where refusals > 0;

create table notifications.notification (
  position        bigint generated always as identity primary key,
  id              uuid not null unique default gen_random_uuid(),
  kind            text not null check (kind in ('out-of-stock', 'still-out-of-stock', 'restocked')),
  sku             text collate "C" not null,
  recipient       text not null,
  subject         text not null,
  body            text not null,
  created_at      timestamptz not null default clock_timestamp(),
  state           text not null default 'pending' check (state in ('pending', 'sent', 'refused')),
  attempts        integer not null default 0,
  next_attempt_at timestamptz default clock_timestamp(),
  sent_at         timestamptz,
  error           text,
  check ((state = 'pending') = (next_attempt_at is not null)),
  check ((state = 'sent') = (sent_at is not null))
);
comment on column notifications.notification.next_attempt_at is
  'While a mail is being sent: when another instance may take it, should this one have died.';
create index notification_due on notifications.notification (next_attempt_at) where state = 'pending';
create index notification_by_sku on notifications.notification (sku, position);
