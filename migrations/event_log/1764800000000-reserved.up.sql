create table event_log.reserved (
  first  bigint primary key,
  last   bigint not null check (last >= first),
  writer xid8 not null
);
comment on table event_log.reserved is
  'Positions that a large transaction (writer) has taken for its events, until it ends. Read no event from first on.';
comment on table event_log.event is
  'What has happened, in the order in which everybody reads it: positions are given out under a lock held until the commit, or reserved.';
