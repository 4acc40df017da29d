comment on table notifications.notification is null;
