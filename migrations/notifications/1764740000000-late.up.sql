alter table notifications.notification
  drop constraint notification_kind_check,
  add constraint notification_kind_check check (
    kind in ('out-of-stock', 'still-out-of-stock', 'restocked', 'lost-promises', 'late', 'overdue'));
alter table notifications.watched_batch add column slipped_from jsonb;
comment on column notifications.watched_batch.slipped_from is
  'The eta from which it has slipped, which counts while the alert of that is in no mail yet; null: it has not.';
