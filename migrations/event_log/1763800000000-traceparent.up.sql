alter table event_log.event add column traceparent text;
comment on column event_log.event.traceparent is
  'The trace that led to it, as W3C Trace Context writes it; null where nobody follows one.';
