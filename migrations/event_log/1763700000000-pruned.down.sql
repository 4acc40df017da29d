drop table event_log.pruned;
