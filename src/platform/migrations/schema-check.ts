import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../kernel/domain/store.js';
import { migrationsOf, schemas, tablesOf } from './migration-files.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';

const UNDEFINED_TABLE = '42P01';
const READ_ONLY = { code: '25006', message: 'it accepts no writes' };

/** What is wrong with the database, in PostgreSQL's words and by its SQLSTATE. */
export interface SchemaFault {
  readonly code: string;
  readonly message: string;
}

/**
 * Whether the database still has what this version needs: a backup may have been restored, a migration reverted, a table
 * dropped or closed to us, or another server may have taken its place.
 */
@Injectable()
export class SchemaCheck {
  #needed: ReturnType<typeof needed> | null = null;

  /** Takes two statements, since it runs every second or so. `behind`: a migration is missing. */
  async faultOf(tx: Transaction): Promise<'behind' | SchemaFault | null> {
    this.#needed ??= needed();
    const { migrations, histories, tables } = await this.#needed;
    let applied: ReadonlySet<string>;
    try {
      const rows = await managerOf(tx).query<{ migration: string }[]>(histories);
      applied = new Set(rows.map(({ migration }) => migration));
    } catch (error) {
      if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return 'behind';
      throw error;
    }
    if (migrations.some((migration) => !applied.has(migration))) return 'behind';
    // A newer version may have dropped what this one has made and does not use any more.
    const changed = new Set([...applied].filter((each) => !migrations.includes(each)).map(schemaOf));
    return lackOf(
      tx,
      tables.filter((table) => !changed.has(schemaOf(table))),
    );
  }
}

async function lackOf(tx: Transaction, tables: readonly string[]): Promise<SchemaFault | null> {
  const [lack] = await managerOf(tx).query<
    { isReadOnly: boolean; missing: string | null; closed: string | null }[]
  >(
    `select current_setting('transaction_read_only') = 'on' as "isReadOnly",
            string_agg(name, ', ') filter (where found is null) as missing,
            string_agg(name, ', ') filter (where not has_table_privilege(found, 'select')) as closed
       from (select name, to_regclass(name) as found from unnest($1::text[]) as needed (name)) as needed`,
    [tables],
  );
  const { isReadOnly, missing, closed } = lack!;
  if (isReadOnly) return READ_ONLY;
  if (missing !== null) return { code: UNDEFINED_TABLE, message: `it has no ${missing}` };
  if (closed !== null) return { code: '42501', message: `the role of the service may not read ${closed}` };
  return null;
}

async function needed() {
  const all = (await Promise.all((await schemas()).map(migrationsOf))).flat();
  const histories = [...new Set(all.map(({ schema }) => schema))].map(
    (schema) => `select '${schema} ' || name as migration from "${schema}".migration`,
  );
  return {
    migrations: all.map(({ schema, name }) => `${schema} ${name}`),
    /** Selects those that are applied. */
    histories: histories.join(' union all '),
    tables: tablesOf(all),
  };
}

/** Of a migration or a table. */
const schemaOf = (name: string): string => name.split(/[ .]/, 1)[0]!;
