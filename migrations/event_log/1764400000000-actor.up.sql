alter table event_log.event add column actor text;
comment on column event_log.event.actor is
  'Who did it: a key, the subject of a token, loopback, a file, a channel, a user; null for events of older versions.';
