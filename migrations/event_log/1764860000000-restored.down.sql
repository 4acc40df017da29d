drop table event_log.restored;
