import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type Logger } from 'typeorm';
import { dataSourceOptions } from '../../src/kernel/postgres/data-source.js';
import { DeliveryQueue } from '../../src/webhooks/persistence/delivery-queue.js';
import { DeliveryResults } from '../../src/webhooks/persistence/delivery-results.js';
import { ListDeliveries, ListDeliveriesHandler } from '../../src/webhooks/queries/list-deliveries.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { nodesOf, rowsRead, type Explained } from '../support/query-plan.js';
import { failureOf, sentOf } from './webhooks-world.js';

const SKUS = 2_000;
const [DEAD, ALIVE] = [randomUUID(), randomUUID()];

/** The planner knows nothing of the tables; that they held nothing, or little; what they hold. */
const ANALYSED = ['never', 'at first', 'early', 'late'] as const;

let database: TestDatabase;
let dataSource: DataSource;
let queue: DeliveryQueue;
let results: DeliveryResults;
async function prepare(analysed: (typeof ANALYSED)[number]): Promise<void> {
  database = await freshDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  queue = new DeliveryQueue(dataSource);
  results = new DeliveryResults(dataSource);
  for (const id of [DEAD, ALIVE]) {
    await dataSource.query(
      `insert into webhooks.endpoint (id, url, types, format, secrets, begins_after)
       values ($1, 'https://shop.example.com/', '{*}', 'standard', '[{"sealed": "", "expiresAt": null}]', 0)`,
      [id],
    );
  }
  // A webhook whose receiver has been away for a day, and one that has got everything but what has happened just now.
  if (analysed === 'at first') await dataSource.query('analyze');
  await fill(1);
  if (analysed === 'early') await dataSource.query('analyze');
  await fill(SKUS);
  if (analysed === 'late') await dataSource.query('analyze');
}

async function fill(skus: number): Promise<void> {
  await dataSource.query(
    `insert into webhooks.delivery (endpoint_id, position, event_id, type, sku, format, body, state, ended_at)
     select id, n, gen_random_uuid(), 'LineAllocated', 'SKU-' || n % $3, 'standard', '{}',
            case when id = $2 and n <= 4 * $3 then 'delivered' else 'pending' end,
            case when id = $2 and n <= 4 * $3 then now() end
       from unnest(array[$1, $2]::uuid[]) as id cross join generate_series(1, 5 * $3::int) as n
     on conflict do nothing`,
    [DEAD, ALIVE, skus],
  );
  await dataSource.query(
    `insert into webhooks.queue (endpoint_id, sku)
     select id, 'SKU-' || n from unnest($1::uuid[]) as id cross join generate_series(0, $2 - 1) as n
     on conflict do nothing`,
    [[DEAD, ALIVE], skus],
  );
}

/** How many rows each statement reads that the work sends. */
async function rowsReadBy(work: () => Promise<unknown>): Promise<number[]> {
  const sent: [sql: string, values: unknown][] = [];
  const before = dataSource.logger;
  const noted: Pick<Logger, 'logQuery'> = {
    logQuery: (sql, values) => void (/\bwebhooks\./.test(sql) && sent.push([sql, values])),
  };
  dataSource.logger = noted as Logger;
  await work();
  dataSource.logger = before;
  const read: number[] = [];
  for (const [sql, values] of sent) {
    const explained = await dataSource.query<Explained>(
      `explain (analyze, format json) ${sql}`,
      values as unknown[],
    );
    read.push(rowsRead(nodesOf(explained)));
  }
  return read;
}

describe.each(ANALYSED)(
  'What waits for a receiver that is away, in tables that were analysed %s,',
  (analysed) => {
    beforeAll(() => prepare(analysed));
    afterAll(async () => {
      await dataSource.destroy();
      await database.drop();
    });

    it('costs nothing when deliveries are handed out and noted', async () => {
      const read = await rowsReadBy(async () => {
        const claimed = await queue.claim(8, new Map(), 60_000);
        expect(claimed).toHaveLength(16);
        await results.delivered(claimed[0]!, sentOf(claimed[0]!));
        await results.delayed(claimed[1]!, [], failureOf(claimed[1]!), 5_000, 5_000);
        await results.exhausted(claimed[2]!, [], failureOf(claimed[2]!));
        await results.delivered(claimed[3]!, []);
      });
      expect(read.length).toBeGreaterThan(8);
      expect(Math.max(...read)).toBeLessThan(300);
    });

    it.each([undefined, 'failed'] as const)('is listed page by page: %s', async (state) => {
      const handler = new ListDeliveriesHandler(dataSource);
      const read = await rowsReadBy(async () => {
        const page = await handler.execute(new ListDeliveries(ALIVE, state, undefined, 51));
        expect(page).toHaveLength(state === 'failed' ? 0 : 51);
      });
      expect(Math.max(...read)).toBeLessThan(300);
    });
  },
);
