drop table event_log.rebuild;
