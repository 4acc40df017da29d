create table event_log.pruned (
  up_to    bigint not null,
  only_row boolean primary key default true check (only_row)
);
comment on table event_log.pruned is
  'How far the log is gone: no event up to here is kept any more. 0 while the log is whole.';
insert into event_log.pruned (up_to) values (0);
