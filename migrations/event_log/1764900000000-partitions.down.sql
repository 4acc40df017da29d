-- The oldest partition becomes the log again, with the events of all others.
do $$
declare
  base name;
  other name;
  last_position bigint;
  repeated text[];
  statement text;
begin
  lock table event_log.event in access exclusive mode;
  -- It is as it was, but nobody takes a position from here on.
  alter sequence event_log.event_position_seq cache 1;
  select last_value - case when is_called then 0 else 1 end into last_position from event_log.event_position_seq;
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
           select format('alter publication %I add table event_log.event%s%s', pubname, ' (' || columns || ')',
                         ' where (' || condition || ')')
             from published)
    into repeated;

  select name into base from event_log.partition order by first limit 1;
  execute format('alter table event_log.event detach partition event_log.%I', base);
  for other in select name from event_log.partition order by first loop
    execute format('insert into event_log.%I select * from event_log.%I', base, other);
  end loop;
  drop view event_log.partition;
  drop function event_log.add_partition, event_log.drop_partition;
  drop table event_log.event;

  execute format('alter table event_log.%I rename to event', base);
  alter table event_log.event alter position add generated always as identity;
  perform setval('event_log.event_position_seq', last_position + 1, false);
  execute (select format('alter index event_log.%I rename to event_pkey', relname)
             from pg_index join pg_class on pg_class.oid = indexrelid
            where indrelid = 'event_log.event'::regclass and indisprimary);
  execute (select format('alter index event_log.%I rename to event_subject', relname)
             from pg_index join pg_class on pg_class.oid = indexrelid
            where indrelid = 'event_log.event'::regclass and not indisprimary);
  comment on table event_log.event is
    'What has happened, in the order in which everybody reads it: positions are given out under a lock held until the commit, or reserved.';
  comment on column event_log.event.traceparent is
    'The trace that led to it, as W3C Trace Context writes it; null where nobody follows one.';
  comment on column event_log.event.actor is
    'Who did it: a key, the subject of a token, loopback, a file, a channel, a user; null for events of older versions.';
  comment on column event_log.event.subject is
    'A second key by which the event can be found; null if it has none, and for events of older versions.';
  comment on column event_log.event.handled_by is
    'Subscriptions that had their effect in the transaction that appended it, and so pass over it; null: none, as for events of older versions.';
  foreach statement in array repeated loop
    execute statement;
  end loop;
end $$;
