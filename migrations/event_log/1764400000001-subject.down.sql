alter table event_log.event drop column subject;
