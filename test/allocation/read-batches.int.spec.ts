import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { readBatches } from '../../src/allocation/persistence/read-batches.js';
import { poolOptions } from '../../src/kernel/postgres/data-source.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { nodesOf, rowsRead, type Explained } from '../support/query-plan.js';

const PRODUCTS = 20;

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool(poolOptions(database.url));
  await pool.query(`
    insert into allocation.product (sku, version, last_sequence)
    select 'P-' || n, 1, 0 from generate_series(1, ${PRODUCTS}) as n;
    insert into allocation.batch (reference, sku, quantity, allocated)
    select 'B-' || n, 'P-' || n % ${PRODUCTS} + 1, 100, 0 from generate_series(1, ${100 * PRODUCTS}) as n;
    analyze allocation.product, allocation.batch;
  `);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('The batches of a product with a hundred open ones', () => {
  /** The rows of batches that are looked at for 50 lines of 3 units for each product. */
  async function rowsReadFor(fromOneBatch: boolean): Promise<number> {
    let explained: Explained = [];
    const reader = {
      async query<T>(sql: string, values: unknown[]): Promise<T> {
        ({ rows: explained } = await pool.query<Explained[number]>(
          `explain (analyze, format json) ${sql}`,
          values,
        ));
        return [] as T;
      },
    };
    const needs = Array.from({ length: 50 * PRODUCTS }, (_, i) => {
      return { sku: `P-${(i % PRODUCTS) + 1}`, orderId: `o-${i}`, units: 3, fromOneBatch };
    });
    await readBatches(reader, needs, '2026-07-30');
    return rowsRead(nodesOf(explained).filter((node) => node['Relation Name'] === 'batch'));
  }

  it('are read in order, and no more than the lines need', async () => {
    expect(await rowsReadFor(true)).toBeLessThanOrEqual(6 * PRODUCTS);
  });

  it('are all read if lines may be split, since a batch behind others could hold one alone', async () => {
    expect(await rowsReadFor(false)).toBeGreaterThanOrEqual(100 * PRODUCTS);
  });
});
