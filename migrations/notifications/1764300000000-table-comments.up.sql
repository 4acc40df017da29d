comment on table notifications.notification is 'The alerts, one row for each recipient, and the mail that each went with.';
