alter table broker.dead_letter
  add column state text not null default 'kept' check (state in ('kept', 'applied', 'discarded')),
  add column settled_at timestamptz,
  add column discard_reason text,
  add constraint settled_with_its_reason
    check ((state = 'kept') = (settled_at is null) and (state = 'discarded') = (discard_reason is not null));
comment on column broker.dead_letter.state is
  'kept: waits for an operator; applied: an operator retried it; discarded: an operator let it go, with a reason.';
