drop table notifications.notification, notifications.shortage;
