import { Injectable } from '@nestjs/common';
import { ConcurrentChange, type Transaction } from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import { Batch, type BatchState } from '../domain/batch.js';
import { Batches, type BatchNeed } from '../domain/batches.js';
import { batchSchema } from './batch.schema.js';

/** Batches in the schema `batches`. */
@Injectable()
export class BatchesInPostgres extends Batches {
  async load(tx: Transaction, needs: readonly BatchNeed[]): Promise<ReadonlyMap<string, Batch>> {
    const references = [...new Set(needs.map(({ reference }) => reference))];
    const states = await managerOf(tx)
      .createQueryBuilder(batchSchema, 'batch')
      .where('batch.reference = any(:references)', { references })
      .orderBy('batch.reference')
      .setLock('for_no_key_update')
      .getMany();
    const found = new Map(states.map((state) => [state.reference, state]));
    return new Map(
      references.map((reference) => [reference, new Batch(reference, found.get(reference) ?? null)]),
    );
  }

  async save(tx: Transaction, changed: readonly Batch[]): Promise<void> {
    const states = changed.map(({ state, version }) => ({ ...state, version }));
    const [row] = await managerOf(tx).query<{ written: number }[]>(
      WRITE,
      COLUMNS.map(({ property }) => states.map((state) => state[property])),
    );
    if (row!.written !== changed.length) {
      throw new ConcurrentChange(changed.map(({ reference }) => reference));
    }
  }
}

const COLUMNS = Object.entries(batchSchema.options.columns).map(([property, column]) => ({
  property: property as keyof BatchState,
  name: column.name ?? property,
  type: column.type as string,
}));
const NAMES = COLUMNS.map(({ name }) => name).join(', ');

/**
 * One array for each column: TypeORM's builder, with a parameter for each value, took 25 µs a row. New batches have no row to
 * lock before, so they are inserted in the order of references: two transactions never wait for each other.
 */
const WRITE = `
  with changed (${NAMES}) as (
    select * from unnest(${COLUMNS.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ')})
  ), inserted as (
    insert into batches.batch (${NAMES}) select ${NAMES} from changed where version = 1 order by reference
    on conflict do nothing returning 1
  ), updated as (
    update batches.batch set (${NAMES}) = (${COLUMNS.map(({ name }) => `changed.${name}`).join(', ')})
      from changed where batch.reference = changed.reference and batch.version = changed.version - 1
    returning 1
  )
  select (select count(*) from inserted) + (select count(*) from updated) as written`;
