drop table event_log.set_aside, event_log.subscription, event_log.event;
