alter table event_log.event add column subject text collate "C";
comment on column event_log.event.subject is
  'A second key by which the event can be found; null if it has none, and for events of older versions.';
