create table access.api_key (
  name         text collate "C" primary key,
  id           text collate "C" not null unique,
  hash         bytea not null check (octet_length(hash) = 32),
  scopes       text[] not null check (cardinality(scopes) > 0),
  created_at   timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at   timestamptz
);
comment on table access.api_key is
  'Who may call. Never delete a row: while there is none, every call from this machine is let in.';
comment on column access.api_key.id is 'The public part of the key, by which it is found.';
comment on column access.api_key.hash is 'SHA-256 of its secret part.';
comment on column access.api_key.last_used_at is 'To the minute.';
