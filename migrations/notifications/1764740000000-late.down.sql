-- The version before does not know this kind of alert.
delete from notifications.notification where kind = 'late';
alter table notifications.notification
  drop constraint notification_kind_check,
  add constraint notification_kind_check check (
    kind in ('out-of-stock', 'still-out-of-stock', 'restocked', 'lost-promises', 'overdue'));
alter table notifications.watched_batch drop column slipped_from;
