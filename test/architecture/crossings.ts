import type pg from 'pg';

/** Something of one schema that needs something of another one. */
export interface Crossing {
  readonly what: string;
  readonly of: string;
  readonly needs: string;
}

/**
 * Whatever PostgreSQL itself knows to depend on a thing of another schema – foreign keys, views, rules, triggers, defaults,
 * types, policies, inherited tables, functions with a parsed body – and functions whose text names one.
 */
const CROSSINGS = `
  with ours as (
    select oid, nspname from pg_namespace where nspname !~ '^(pg_|information_schema$)'
  ), place (classid, objid, namespace) as (
    select 'pg_class'::regclass, oid, relnamespace from pg_class
    union all select 'pg_type'::regclass, oid, typnamespace from pg_type
    union all select 'pg_proc'::regclass, oid, pronamespace from pg_proc
    union all select 'pg_constraint'::regclass, oid, connamespace from pg_constraint
    union all select 'pg_rewrite'::regclass, pg_rewrite.oid, relnamespace
                from pg_rewrite join pg_class on pg_class.oid = ev_class
    union all select 'pg_trigger'::regclass, pg_trigger.oid, relnamespace
                from pg_trigger join pg_class on pg_class.oid = tgrelid and not tgisinternal
    union all select 'pg_attrdef'::regclass, pg_attrdef.oid, relnamespace
                from pg_attrdef join pg_class on pg_class.oid = adrelid
    union all select 'pg_policy'::regclass, pg_policy.oid, relnamespace
                from pg_policy join pg_class on pg_class.oid = polrelid
  )
  select distinct pg_describe_object(d.classid, d.objid, 0) as what, a.nspname as of, b.nspname as needs
    from pg_depend as d
    join place as x on x.classid = d.classid and x.objid = d.objid
    join place as y on y.classid = d.refclassid and y.objid = d.refobjid
    join ours as a on a.oid = x.namespace
    join ours as b on b.oid = y.namespace
   where a.oid <> b.oid
  union
  select pg_describe_object('pg_proc'::regclass, pg_proc.oid, 0), a.nspname, b.nspname
    from pg_proc join ours as a on a.oid = pronamespace
    join ours as b on b.oid <> a.oid and prosrc ~* ('\\m' || b.nspname || '\\M"?\\s*\\.')
   order by 1`;

/** What crosses from one of our schemas to another one in a database. */
export async function crossingsIn(session: pg.ClientBase): Promise<Crossing[]> {
  return (await session.query<Crossing>(CROSSINGS)).rows;
}
