import type { DataSource } from 'typeorm';

export interface Table {
  readonly schema: string;
  readonly name: string;
  /** What the database says that it is for. */
  readonly comment: string | null;
  readonly columns: readonly {
    readonly name: string;
    readonly isKey: boolean;
    readonly isNullable: boolean;
  }[];
  /** What no row can break, as PostgreSQL words it. */
  readonly checks: readonly string[];
}

/** Every table of ours, by its name; not those in which TypeORM notes which migrations have run. */
export function tablesOf(dataSource: DataSource): Promise<Table[]> {
  return dataSource.query<Table[]>(
    `select nspname as schema, relname as name, obj_description(pg_class.oid, 'pg_class') as comment,
            (select json_agg(json_build_object(
                      'name', attname,
                      'isKey', attnum = any (coalesce((select conkey from pg_constraint
                                                        where conrelid = pg_class.oid and contype = 'p'), '{}')),
                      'isNullable', not attnotnull) order by attnum)
               from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped) as columns,
            (select coalesce(json_agg(pg_get_expr(conbin, conrelid, true) order by conname), '[]')
               from pg_constraint where conrelid = pg_class.oid and contype = 'c') as checks
       from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relkind in ('r', 'p') and not relispartition and relname <> 'migration'
        and nspname !~ '^pg_' and nspname not in ('information_schema', 'public')
      order by nspname, relname`,
  );
}
