alter table ledger.integrity_check add column awaited_since timestamptz not null default now();
comment on column ledger.integrity_check.awaited_since is 'Since when a check is awaited, if none has ended.';
