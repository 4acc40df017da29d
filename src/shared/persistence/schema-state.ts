import { Injectable } from '@nestjs/common';
import type { Transaction } from '../domain/store.js';
import { migrationsOf, schemas } from './migration-files.js';
import { managerOf } from './typeorm-transactions.js';

const UNDEFINED_TABLE = '42P01';

/** Whether the database still has what this version needs: a backup may have been put back, a migration taken back. */
@Injectable()
export class SchemaState {
  #needed: Promise<Needed> | null = null;

  /** By one statement, since it is asked every second or so. One that others have added is no matter. */
  async isBehind(tx: Transaction): Promise<boolean> {
    this.#needed ??= needed();
    const { migrations, histories } = await this.#needed;
    try {
      const rows = await managerOf(tx).query<{ migration: string }[]>(histories);
      const applied = new Set(rows.map(({ migration }) => migration));
      return migrations.some((migration) => !applied.has(migration));
    } catch (error) {
      if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return true;
      throw error;
    }
  }
}

interface Needed {
  /** Each by its schema and its name. */
  readonly migrations: readonly string[];
  /** Asks for those that are applied. */
  readonly histories: string;
}

async function needed(): Promise<Needed> {
  const all = (await Promise.all((await schemas()).map(migrationsOf))).flat();
  const histories = [...new Set(all.map(({ schema }) => schema))].map(
    (schema) => `select '${schema} ' || name as migration from "${schema}".migration`,
  );
  return {
    migrations: all.map(({ schema, name }) => `${schema} ${name}`),
    histories: histories.join(' union all '),
  };
}
