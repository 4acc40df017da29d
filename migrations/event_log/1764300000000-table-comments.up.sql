comment on table event_log.subscription is 'The checkpoint of each subscription: the position up to which it has handled the log.';
