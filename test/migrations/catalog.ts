import type pg from 'pg';

/** One thing that a database has, as its catalogue describes it. */
export interface Thing {
  readonly kind: 'table' | 'column' | 'constraint' | 'index' | 'trigger' | 'routine' | 'type' | 'comment';
  /** Its full name. */
  readonly name: string;
  /** The table that it belongs to, where it belongs to one. */
  readonly table: string | null;
  /** The columns that a constraint or an index is about. */
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  readonly definition: string;
}

/** Schemas of ours. */
const OURS = `(select oid from pg_namespace where nspname !~ '^(pg_|information_schema$)')`;

const CATALOG = `
  select 'table' as kind, oid::regclass::text as name, null as "table", '{}'::text[] as columns,
         false as "isUnique", concat_ws(' ', replace(relkind::text, 'p', 'r'), reloptions) as definition
    from pg_class where relnamespace in ${OURS} and relkind in ('r', 'p', 'v', 'm', 'S')
  union all
  select 'column', attrelid::regclass || '.' || attname, attrelid::regclass::text, array[attname::text], false,
         concat_ws(' ', format_type(atttypid, atttypmod), nullif(attcollation, 0)::regcollation,
                   case when attnotnull then 'not null' end,
                   case attgenerated when '' then 'default' else 'generated' end || ' ' || pg_get_expr(adbin, adrelid),
                   case when attidentity <> '' then 'identity ' || attidentity::text end)
    from pg_attribute
    join pg_class on pg_class.oid = attrelid
    left join pg_attrdef on adrelid = attrelid and adnum = attnum
   where relnamespace in ${OURS} and relkind in ('r', 'p', 'v', 'm') and attnum > 0 and not attisdropped
  union all
  select 'constraint', conrelid::regclass || '.' || conname, conrelid::regclass::text,
         (select array_agg(attname::text) from pg_attribute where attrelid = conrelid and attnum = any(conkey)),
         contype in ('p', 'u', 'x'), pg_get_constraintdef(oid)
    from pg_constraint
   -- That a column is not null is told with the column.
   where connamespace in ${OURS} and conrelid <> 0 and contype <> 'n'
  union all
  select 'index', indexrelid::regclass::text, indrelid::regclass::text,
         (select coalesce(array_agg(attname::text), '{}') from pg_attribute
           where attrelid = indrelid and attnum = any(indkey)),
         indisunique, pg_get_indexdef(indexrelid)
    from pg_index join pg_class on pg_class.oid = indexrelid
   where relnamespace in ${OURS} and not exists (select from pg_constraint where conindid = indexrelid)
  union all
  select 'trigger', tgrelid::regclass || '.' || tgname, tgrelid::regclass::text, '{}', false,
         pg_get_triggerdef(pg_trigger.oid)
    from pg_trigger join pg_class on pg_class.oid = tgrelid
   where relnamespace in ${OURS} and not tgisinternal
  union all
  select 'routine', oid::regprocedure::text, null, '{}', false, pg_get_functiondef(oid)
    from pg_proc where pronamespace in ${OURS} and prokind in ('f', 'p')
  union all
  select 'type', oid::regtype::text, null, '{}', false,
         concat_ws(' ', typtype, nullif(typbasetype, 0)::regtype, case when typnotnull then 'not null' end,
                   (select string_agg(enumlabel, ', ' order by enumsortorder) from pg_enum where enumtypid = pg_type.oid))
    from pg_type where typnamespace in ${OURS} and typtype in ('e', 'd')
  union all
  select 'comment', pg_describe_object(classoid, objoid, objsubid), null, '{}', false, description
    from pg_description join pg_class on classoid = 'pg_class'::regclass and pg_class.oid = objoid
   where relnamespace in ${OURS}
   order by kind, name`;

/** All that the migrations have built in a database; what is in its tables is not part of it. */
export async function catalogOf(session: pg.ClientBase): Promise<Thing[]> {
  const { rows } = await session.query<Thing>(CATALOG);
  return rows;
}
