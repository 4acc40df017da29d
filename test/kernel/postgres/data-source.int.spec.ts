import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/kernel/postgres/data-source.js';
import { managerOf } from '../../../src/kernel/postgres/typeorm-transactions.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

describe('the data source', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await freshDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('reads bigint as a number, and other types as the driver does', async () => {
    const [row] = await dataSource.query<unknown[]>(
      `select 9007199254740991::bigint as largest, count(*) as counted, null::bigint as none,
              1.50::numeric as exact, '2026-01-31'::timestamptz as instant, '{"a": [1]}'::jsonb as json
         from (values (1), (2)) as two`,
    );
    expect(row).toEqual({
      largest: Number.MAX_SAFE_INTEGER,
      counted: 2,
      none: null,
      exact: '1.50',
      instant: new Date('2026-01-31T00:00:00Z'),
      json: { a: [1] },
    });
  });

  it.each([
    ['application_name', 'earmark 0.2'],
    ['max_parallel_workers_per_gather', '0'],
    ['statement_timeout', '4s'],
    ['lock_timeout', '2500ms'],
    ['idle_in_transaction_session_timeout', '10s'],
  ])('has %s set to %s in every session', async (name, value) => {
    const sessions = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    for (const session of sessions) {
      expect(await session.query(`show ${name}`)).toEqual([{ [name]: value }]);
    }
    for (const session of sessions) await session.release();
  });

  it('plans a statement with parameters once, and prepares none without parameters', async () => {
    const session = dataSource.createQueryRunner();
    for (const value of [1, 2, 3]) await session.query('select $1::int + 40 as sum', [value]);
    await session.query('select 41 as sum');
    const prepared = (await session.query(
      `select statement, generic_plans::int as "generic", custom_plans::int as custom
         from pg_prepared_statements where statement like 'select %sum'`,
    )) as unknown[];
    await session.release();
    expect(prepared).toEqual([{ statement: 'select $1::int + 40 as sum', generic: 3, custom: 0 }]);
  });

  it('accepts only its own transactions', () => {
    expect(managerOf(dataSource.manager)).toBe(dataSource.manager);
    expect(() => managerOf({})).toThrow(TypeError);
  });

  it('opens twenty connections at most, and leaves the rest to others', async () => {
    const work = Array.from({ length: 40 }, () => dataSource.query('select pg_sleep(0.01)'));
    await Promise.all(work);
    const [row] = await dataSource.query<{ sessions: number }[]>(
      'select count(*) as sessions from pg_stat_activity where datname = current_database()',
    );
    expect(row!.sessions).toBeLessThanOrEqual(20);
  });
});
