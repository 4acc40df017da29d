create table ledger.integrity_check (
  started_at  timestamptz,
  ended_at    timestamptz,
  position    bigint not null default 0,
  differences bigint not null default 0,
  only_row    boolean primary key default true check (only_row)
);
comment on table ledger.integrity_check is 'The last check of all figures: when it was, and what it found.';
comment on column ledger.integrity_check.started_at is
  'When an instance began the last check; null: none has, or it failed, so that the next one is due.';
comment on column ledger.integrity_check.ended_at is 'When the last complete check ended; null: none has.';
comment on column ledger.integrity_check.position is 'Of the log, for which it holds.';
insert into ledger.integrity_check default values;
