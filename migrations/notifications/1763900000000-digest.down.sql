-- What waits is sent by the version before, each alert in a mail of its own. The kinds of alert it does not know go.
delete from notifications.notification where kind in ('lost-promises', 'overdue');
update notifications.notification set next_attempt_at = clock_timestamp() where next_attempt_at = 'infinity';
alter table notifications.notification
  drop column mail_id,
  drop column batch_reference,
  drop constraint notification_kind_check,
  add constraint notification_kind_check check (kind in ('out-of-stock', 'still-out-of-stock', 'restocked'));
delete from notifications.shortage where restocked_at is not null;
alter table notifications.shortage drop column restocked_at, drop column restock_told_at;
comment on table notifications.shortage is
  'The SKUs that are short now, and the refusals since told_at that nobody has been told of yet.';
drop table notifications.mail, notifications.watched_batch, notifications.lost_promise;
