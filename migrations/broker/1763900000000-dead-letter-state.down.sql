alter table broker.dead_letter
  drop constraint settled_with_its_reason,
  drop column state, drop column settled_at, drop column discard_reason;
