drop table event_log.discarded;
