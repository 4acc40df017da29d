alter table event_log.event drop column actor;
