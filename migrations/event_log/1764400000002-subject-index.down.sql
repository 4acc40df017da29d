drop index event_log.event_subject;
