-- no-transaction: the rows of a large log are checked while others write, and each step passes over what is done already.

-- What is there becomes the first partition. It ends so far ahead that processes of the version before never come to its end.
do $$
declare
  last_position bigint;
  length bigint;
begin
  if exists (select from pg_class where oid = 'event_log.event'::regclass and relkind = 'r')
     and not exists (select from pg_constraint where conrelid = 'event_log.event'::regclass and conname = 'event_1_ends') then
    perform set_config('lock_timeout', '500', true);
    select last_value - case when is_called then 0 else 1 end into last_position from event_log.event_position_seq;
    length := last_position - coalesce((select min(position) from event_log.event), 1) + 1;
    execute format('alter table event_log.event add constraint event_1_ends check (position <= %s) not valid',
                   case when length = 0 then last_position + 10000000 else last_position + greatest(100000000, length) end);
  end if;
end $$;

do $$
begin
  if exists (select from pg_class where oid = 'event_log.event'::regclass and relkind = 'r') then
    alter table event_log.event validate constraint event_1_ends;
  end if;
end $$;

do $$
declare
  last_position bigint;
  ends bigint;
  readers text;
  repeated text[];
  statement text;
begin
  if exists (select from pg_class where oid = 'event_log.event'::regclass and relkind = 'p') then
    return;
  end if;
  perform set_config('lock_timeout', '500', true);
  lock table event_log.event in access exclusive mode;
  -- It is as it was, but nobody takes a position from here on.
  alter sequence event_log.event_position_seq cache 1;

  select string_agg(distinct pg_describe_object(classid, objid, objsubid), ', ') into readers
    from pg_depend
   where refclassid = 'pg_class'::regclass and refobjid = 'event_log.event'::regclass
     and classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass);
  if readers is not null then
    raise exception 'The table event_log.event is replaced by one with partitions, but something reads it that is not of Earmark: %', readers
      using hint = 'Drop it, and make it again after the migration.';
  end if;

  select last_value - case when is_called then 0 else 1 end into last_position from event_log.event_position_seq;
  select substring(pg_get_constraintdef(oid) from '\d+')::bigint into ends
    from pg_constraint where conrelid = 'event_log.event'::regclass and conname = 'event_1_ends';
  -- Rights and publications are those of the new table.
  with granted as (
    select 'table event_log.event' as object, '' as columns, acl.*
      from pg_class cross join lateral aclexplode(relacl) as acl where oid = 'event_log.event'::regclass
     union all
    select 'sequence event_log.event_position_seq', '', acl.*
      from pg_class cross join lateral aclexplode(relacl) as acl
     where oid = pg_get_serial_sequence('event_log.event', 'position')::regclass
     union all
    select 'table event_log.event', format(' (%I)', attname), acl.*
      from pg_attribute cross join lateral aclexplode(attacl) as acl
     where attrelid = 'event_log.event'::regclass and not attisdropped
  ), published as (
    select pubname, pg_get_expr(prqual, prrelid) as condition,
           (select string_agg(quote_ident(attname), ', ' order by attnum)
              from pg_attribute where attrelid = prrelid and attnum = any (prattrs::smallint[])) as columns
      from pg_publication_rel join pg_publication on pg_publication.oid = prpubid
     where prrelid = 'event_log.event'::regclass
  )
  select array(
           select format('grant %s%s on %s to %s%s', privilege_type, columns, object,
                         case grantee when 0 then 'public' else grantee::regrole::text end,
                         case when is_grantable then ' with grant option' end)
             from granted
            union all
           select unnest(array[
                    format('alter publication %I drop table event_log.event_1', pubname),
                    format('alter publication %I set (publish_via_partition_root = true)', pubname),
                    format('alter publication %I add table event_log.event%s%s', pubname, ' (' || columns || ')',
                           ' where (' || condition || ')')])
             from published)
    into repeated;

  alter table event_log.event rename to event_1;
  alter index event_log.event_pkey rename to event_1_pkey;
  alter index event_log.event_subject rename to event_1_subject_position_idx;
  alter table event_log.event_1 alter position drop identity;
  create table event_log.event (like event_log.event_1 including defaults including comments) partition by range (position);
  alter table event_log.event alter position add generated always as identity;
  perform setval('event_log.event_position_seq', last_position + 1, false);
  alter table event_log.event add primary key (position);
  create index event_subject on event_log.event (subject, position) where subject is not null;
  comment on table event_log.event is
    'What has happened, in the order in which everybody reads it: positions are given out under a lock held until the commit, or reserved.';
  comment on table event_log.event_1 is null;
  execute format('alter table event_log.event attach partition event_log.event_1 for values from (minvalue) to (%s)', ends + 1);
  alter table event_log.event_1 drop constraint event_1_ends;
  foreach statement in array repeated loop
    execute statement;
  end loop;
end $$;

create or replace view event_log.partition as
  select relname as name,
         coalesce(substring(bound from 'FROM \(''?(\d+)')::bigint, 0) as first,
         substring(bound from 'TO \(''?(\d+)')::bigint - 1 as last
    from pg_inherits
    join pg_class on pg_class.oid = inhrelid
   cross join lateral pg_get_expr(relpartbound, inhrelid) as bound
   where inhparent = 'event_log.event'::regclass;
comment on view event_log.partition is
  'The partitions of the log: the first and the last position that each is for.';

-- The service owns no table, so it adds and drops partitions by functions of the owner.
create or replace function event_log.add_partition(least_events bigint default 10000000) returns name
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  last_position bigint;
  ends bigint;
  width bigint;
  added name;
begin
  -- One at a time; nobody who reads or writes waits for that.
  lock table only event_log.event in share update exclusive mode;
  select last_value - case when is_called then 0 else 1 end into last_position from event_log.event_position_seq;
  select coalesce(max(last), 0) into ends from event_log.partition;
  select greatest(least_events, sum(reltuples)::bigint / 8) into width
    from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = 'event_log.event'::regclass;
  if ends - last_position >= width then
    return null;
  end if;
  added := format('event_%s', ends + 1);
  execute format('create table event_log.%I (like event_log.event including defaults)', added);
  execute format('alter table event_log.event attach partition event_log.%I for values from (%s) to (%s)',
                 added, ends + 1, greatest(ends, last_position) + width + 1);
  return added;
end $$;
comment on function event_log.add_partition is
  'Adds a partition unless there is room for the next events: for as many as named, or for an eighth of those that are there.';

create or replace function event_log.drop_partition(dropped name) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms' as $$
begin
  -- All who read or write wait meanwhile. So it gives up soon if a transaction that is under way has the lock.
  lock table only event_log.event in access exclusive mode;
  perform set_config('lock_timeout', '10ms', true);
  if not exists (select from event_log.partition where name = dropped) then
    raise exception 'The log has no partition %', dropped;
  end if;
  execute format('update event_log.pruned set up_to = greatest(up_to, (select max(position) from event_log.%I))', dropped);
  execute format('drop table event_log.%I', dropped);
end $$;
comment on function event_log.drop_partition is 'Drops a partition, and notes up to where no event is kept any more.';

revoke execute on function event_log.add_partition, event_log.drop_partition from public;
-- Roles whose rights were granted by hand.
do $$
declare
  writer regrole;
begin
  for writer in select distinct grantee::regrole from pg_class cross join lateral aclexplode(relacl)
                 where oid = 'event_log.event'::regclass and privilege_type = 'INSERT' and grantee <> 0 loop
    execute format('grant select on event_log.partition to %s', writer);
    execute format('grant execute on function event_log.add_partition, event_log.drop_partition to %s', writer);
  end loop;
end $$;
