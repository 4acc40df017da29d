-- The foreign key of lines, as triggers. A key asks for the batch of each line by itself, which took a third of the time
-- that a line takes; a group of lines is on a few batches, which are now asked for once for each statement.
create function allocation.require_batches_of_lines() returns trigger language plpgsql as $$
declare missing record;
begin
  -- The lock is the one that a foreign key takes: it is free beside changes of a batch, but nobody deletes it before this
  -- transaction ends. A batch that another one is deleting is waited for.
  select sku, batch_reference into missing
    from (select distinct sku, batch_reference from is_now) as claimed
   where not exists (select from allocation.batch
                      where batch.sku = claimed.sku and batch.reference = claimed.batch_reference
                        for key share)
   limit 1;
  if found then
    raise foreign_key_violation using
      message = 'insert or update on table "line" violates "on_a_batch_of_its_sku"',
      detail = format('Key (sku, batch_reference)=(%s, %s) is not present in table "batch".',
                      missing.sku, missing.batch_reference),
      schema = 'allocation', table = 'line', constraint = 'on_a_batch_of_its_sku';
  end if;
  return null;
end $$;

-- What is deleted is locked, so the transactions that added lines to it are over: the lines of those that committed are
-- visible. Under another isolation they would not be.
create function allocation.refuse_if_lines_are_left() returns trigger language plpgsql as $$
declare is_left boolean;
begin
  if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
    raise feature_not_supported using
      message = 'batches are deleted or renamed in "read committed" transactions only: others do not see every line';
  end if;
  if tg_op = 'TRUNCATE' then
    is_left := exists (select from allocation.line);
  else
    is_left := exists (select from allocation.line
                        where line.batch_reference = old.reference and line.sku = old.sku);
  end if;
  if is_left then
    raise foreign_key_violation using
      message = 'update, delete or truncate on table "batch" violates "on_a_batch_of_its_sku" on table "line"',
      detail = 'Lines still claim it.',
      schema = 'allocation', table = 'line', constraint = 'on_a_batch_of_its_sku';
  end if;
  return null;
end $$;

create trigger batches_of_new_lines after insert on allocation.line
  referencing new table as is_now for each statement execute function allocation.require_batches_of_lines();
create trigger batches_of_changed_lines after update on allocation.line
  referencing new table as is_now for each statement execute function allocation.require_batches_of_lines();
create trigger lines_of_former_batch after delete on allocation.batch
  for each row execute function allocation.refuse_if_lines_are_left();
create trigger lines_of_renamed_batch after update of sku, reference on allocation.batch
  for each row when ((old.sku, old.reference) is distinct from (new.sku, new.reference))
  execute function allocation.refuse_if_lines_are_left();
create trigger lines_of_former_batches after truncate on allocation.batch
  for each statement execute function allocation.refuse_if_lines_are_left();

alter table allocation.line drop constraint on_a_batch_of_its_sku;
comment on column allocation.line.batch_reference is
  'The batch that it claims: one of its SKU, which triggers see to as a foreign key would.';
