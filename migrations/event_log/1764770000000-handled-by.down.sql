alter table event_log.subscription drop column begun_at;
alter table event_log.event drop column handled_by;
