import { Injectable } from '@nestjs/common';
import type { Transaction } from '../domain/store.js';
import { migrationsOf, schemas, type MigrationName } from './migration-files.js';
import { managerOf } from './typeorm-transactions.js';

const UNDEFINED_TABLE = '42P01';

/** Whether the database still has what this version needs: a backup may have been put back, a migration taken back. */
@Injectable()
export class SchemaState {
  #needed: Promise<readonly MigrationName[]> | null = null;

  /** By one statement, since it is asked every second or so. One that others have added is no matter. */
  async isBehind(tx: Transaction): Promise<boolean> {
    this.#needed ??= needed();
    const all = await this.#needed;
    const histories = [...new Set(all.map(({ schema }) => schema))].map(
      (schema) => `select '${schema} ' || name as migration from "${schema}".migration`,
    );
    try {
      const rows = await managerOf(tx).query<{ migration: string }[]>(histories.join(' union all '));
      const applied = new Set(rows.map(({ migration }) => migration));
      return all.some(({ schema, name }) => !applied.has(`${schema} ${name}`));
    } catch (error) {
      if ((error as { code?: unknown }).code === UNDEFINED_TABLE) return true;
      throw error;
    }
  }
}

async function needed(): Promise<readonly MigrationName[]> {
  return (await Promise.all((await schemas()).map(migrationsOf))).flat();
}
