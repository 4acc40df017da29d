create table notifications.mail (
  id              uuid primary key,
  recipient       text not null,
  subject         text not null,
  body            text not null,
  alerts          bigint[] not null,
  created_at      timestamptz not null default clock_timestamp(),
  state           text not null default 'pending' check (state in ('pending', 'sent', 'refused')),
  attempts        integer not null default 0,
  next_attempt_at timestamptz default clock_timestamp(),
  ended_at        timestamptz,
  error           text,
  check ((state = 'pending') = (next_attempt_at is not null)),
  check ((state = 'pending') = (ended_at is null))
);
comment on table notifications.mail is
  'The mails, each with one alert or several. Its id is that of its first alert.';
comment on column notifications.mail.alerts is 'The positions of its notifications.';
comment on column notifications.mail.next_attempt_at is
  'While a mail is being sent: when another instance may take it, should this one have died.';
create unique index mail_one_unsent on notifications.mail (lower(recipient)) where state = 'pending';
create index mail_ended on notifications.mail (lower(recipient), ended_at);
create index mail_due on notifications.mail (next_attempt_at) where state = 'pending';

alter table notifications.notification
  add column mail_id uuid,
  add column batch_reference text collate "C",
  drop constraint notification_kind_check,
  add constraint notification_kind_check check (
    kind in ('out-of-stock', 'still-out-of-stock', 'restocked', 'lost-promises', 'overdue'));
comment on column notifications.notification.mail_id is
  'The mail that it is in; null while it waits for the next one, and if an older version has sent it.';

alter table notifications.shortage
  add column restocked_at timestamptz,
  add column restock_told_at timestamptz;
comment on table notifications.shortage is
  'The SKUs that are short or in their quiet time, and the refusals since told_at that nobody has been told of yet.';
comment on column notifications.shortage.restocked_at is 'When stock came; null while it is short.';
comment on column notifications.shortage.restock_told_at is
  'When the buyers got the alert that stock has come, in this quiet time.';

create table notifications.watched_batch (
  sku             text collate "C",
  reference       text collate "C",
  alerted_at      timestamptz,
  alerted_version bigint,
  lines           bigint not null check (lines >= 0),
  units           bigint not null check (units >= 0),
  order_ids       text[] not null,
  overdue_on      text[] not null,
  primary key (sku, reference)
);
comment on table notifications.watched_batch is
  'The batches that could not keep promises or were overdue, and the lost promises since alerted_at that are not reported yet.';
create index watched_batch_due on notifications.watched_batch (alerted_at) where lines > 0;

create table notifications.lost_promise (
  position        bigint primary key,
  sku             text collate "C" not null,
  batch_reference text collate "C" not null,
  order_id        text collate "C" not null,
  quantity        integer not null check (quantity > 0),
  lost_at         timestamptz not null,
  reported_at     timestamptz
);
comment on table notifications.lost_promise is
  'The order lines that lost their batch and fitted nowhere else, by the position of their event.';
create index lost_promise_by_sku on notifications.lost_promise (sku, position);
create index lost_promise_unreported on notifications.lost_promise (sku, batch_reference) where reported_at is null;
