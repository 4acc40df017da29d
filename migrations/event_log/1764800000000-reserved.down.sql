drop table event_log.reserved;
comment on table event_log.event is
  'What has happened, in the order of commits: positions are given out under a lock held until the commit.';
