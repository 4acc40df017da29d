comment on table event_log.subscription is null;
