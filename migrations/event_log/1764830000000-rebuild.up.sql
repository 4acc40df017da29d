create table event_log.rebuild (
  subscription text collate "C" primary key,
  state        text not null check (state in ('running', 'done', 'failed')),
  position     bigint not null default 0,
  head         bigint not null default 0,
  error        text,
  started_at   timestamptz not null default now(),
  ended_at     timestamptz
);
comment on table event_log.rebuild is
  'The last rebuild of each read model: how far it is or how it has ended. Who rebuilds it holds an advisory lock meanwhile.';
