import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import {
  ListPromises,
  ListPromisesHandler,
  type PromiseAnswer,
} from '../../src/allocation/queries/list-promises.js';
import {
  BY_BATCH,
  BY_FURTHER_BATCH,
  LATE_BY_BATCH,
  LATE_BY_FURTHER_BATCH,
  LATE_ON_THEIR_OWN,
  type Part,
  type Place,
  type PromiseFilter,
} from '../../src/allocation/queries/promise-pages.js';
import type { Calendar } from '../../src/kernel/lifecycle/calendar.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { nodesOf, rowsRead, type Explained } from '../support/query-plan.js';

const TODAY = '2027-02-15';

let database: TestDatabase;
let session: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  await session.query("set jit = off; set timezone = 'UTC'; set datestyle = 'ISO'");
});
afterAll(async () => {
  await session.end();
  await database.drop();
});

/** All pages of a list. */
async function listed(filter: PromiseFilter, limit: number): Promise<PromiseAnswer[]> {
  const dataSource = {
    query: async (text: string, values: unknown[]) => (await session.query(text, values)).rows as unknown[],
  };
  const handler = new ListPromisesHandler(dataSource as unknown as DataSource, { today: TODAY } as Calendar);
  const found: PromiseAnswer[] = [];
  for (let after: string | undefined | null; after !== null;) {
    const page = await handler.execute(new ListPromises(filter, after, limit));
    expect(page.items.length).toBeLessThanOrEqual(limit);
    found.push(...page.items);
    after = page.next;
  }
  return found;
}

const named = (lines: readonly PromiseAnswer[]) =>
  lines.map(({ orderId, sku }) => `${orderId} ${sku}`).sort();

describe('The promises of many lines', () => {
  // Batches with every date and history, and lines of every kind on them.
  beforeAll(async () => {
    await session.query(`
      begin;
      insert into allocation.product (sku, version, last_sequence)
      select 'SKU-' || n, 1, 1000 from generate_series(0, 3) as n;
      insert into allocation.batch (reference, sku, eta, quantity, allocated, received, overdue_noted, earlier_promises)
      select 'B-' || n, 'SKU-' || n % 4, eta, 100000, 0, case when eta is not null and n % 7 = 0 then 3 else 0 end,
             case when eta < '${TODAY}' then eta end,
             case n % 3 when 0 then null
                        when 1 then '[{"upTo": 600, "eta": "2027-03-01"}, {"upTo": 1200, "eta": null}]'::jsonb
                        else '[{"upTo": 900, "eta": "2027-04-01"}]' end
        from generate_series(0, 39) as n
       cross join lateral (values (case n % 5 when 0 then null when 1 then '2027-01-10'::date when 2 then '2027-03-05'
                                              when 3 then '2027-05-05' else '2027-02-20' end)) as dated (eta);
      insert into allocation.line (order_id, sku, quantity, batch_reference, sequence, priority, expires_at, promised_date,
                                   needed_by, split)
      select 'o-' || n, batch.sku, 1 + n % 3, batch.reference, n, n % 10,
             case n % 11 when 0 then now() + interval '1 day' when 1 then now() - interval '1 day' end,
             case when batch.earlier_promises is not null
                  then case n % 6 when 0 then '-infinity'::date when 1 then '2027-03-01' when 2 then '2027-06-01' end end,
             case when batch.earlier_promises is not null and n % 6 = 2 then '2027-03-03'::date end, false
        from generate_series(1, 2000) as n join allocation.batch on batch.reference = 'B-' || (n * 17) % 40;
      insert into allocation.line (order_id, sku, quantity, batch_reference, sequence, promised_date, split)
      select 's-' || n, batch.sku, 2, batch.reference, 5000 + n, coalesce(batch.eta, '2027-03-10'), true
        from generate_series(0, 39) as n join allocation.batch on batch.reference = 'B-' || n
       where earlier_promises is not null;
      insert into allocation.split_claim (order_id, sku, batch_reference, quantity)
      select line.order_id, line.sku, other.reference, 4
        from allocation.line join lateral (
             select reference from allocation.batch
              where batch.sku = line.sku and reference <> batch_reference and earlier_promises is not null
              order by reference limit 1) as other on true
       where line.split;
      update allocation.batch set allocated =
        (select coalesce(sum(quantity), 0) from allocation.line where batch_reference = reference)
        + (select coalesce(sum(quantity), 0) from allocation.split_claim where batch_reference = reference);
      commit; analyze allocation.line; analyze allocation.batch; analyze allocation.split_claim;`);
  });

  it('shows each line that stands once, page by page', async () => {
    const { rows } = await session.query<{ count: string }>(
      'select count(*) from allocation.line where expires_at is null or expires_at > now()',
    );
    const lines = named(await listed({}, 97));
    expect(new Set(lines).size).toBe(Number(rows[0]!.count));
    expect(lines).toHaveLength(Number(rows[0]!.count));
  });

  it.each([1, 7, 500])('selects the late lines, and no other, in pages of %d', async (limit) => {
    const all = await listed({ sku: 'SKU-1' }, 500);
    const late = all.filter((line) => line.late);
    expect(late.length).toBeGreaterThan(20);
    expect(late.length).toBeLessThan(all.length);
    expect(named(await listed({ sku: 'SKU-1', late: true }, limit))).toEqual(named(late));
  });

  it('selects the late lines of all products', async () => {
    const late = (await listed({}, 500)).filter((line) => line.late);
    expect(named(await listed({ late: true }, 50))).toEqual(named(late));
  });

  it('selects the lines of a batch, with those that claim units of it beside others', async () => {
    const all = await listed({}, 500);
    for (const batchReference of ['B-1', 'B-2', 'B-10']) {
      const its = all.filter(({ claims }) => claims.some((claim) => claim.batchReference === batchReference));
      expect(named(await listed({ batchReference }, 13))).toEqual(named(its));
    }
  });

  it('selects the lines of an order', async () => {
    expect(await listed({ orderId: 'o-17' }, 1)).toMatchObject([{ orderId: 'o-17' }]);
    expect(await listed({ orderId: 'nobody' }, 1)).toEqual([]);
  });

  it('refuses a cursor that no such list has given out', async () => {
    const forge = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const forged = [
      'x',
      forge('late', 'B-1', '2027-01-01', 'o-1'),
      forge('batch', 'B-1', 'false', '-11', '1'),
      forge('batch', 'B-1', 'false', '-1', 'one'),
      forge('batch', 'B-1', 'false', '-1'),
      forge('batch', 'B\0', 'false', '-1', '1'),
    ];
    for (const after of forged)
      await expect(
        new ListPromisesHandler({} as DataSource, { today: TODAY } as Calendar).execute(
          new ListPromises({}, after, 1),
        ),
      ).rejects.toThrow('cannot continue there');
  });
});

/** How many rows of these tables a page of 50 looks at. */
async function rowsReadOf(
  tables: readonly string[],
  part: Part,
  filter: PromiseFilter,
  place: Place,
): Promise<number> {
  const values = [filter.batchReference ?? null, filter.sku ?? null, TODAY, 51, ...place];
  const { rows } = await session.query<Explained[number]>(
    `explain (analyze, format json) ${part.sql(filter)}`,
    values,
  );
  return rowsRead(nodesOf(rows).filter((node) => tables.includes(node['Relation Name'] ?? '')));
}

describe('A page of promises', () => {
  const LINES = 60_000;

  // Lines that are on time behind ten that are late, lines that are all late, and a few that have moved.
  beforeAll(async () => {
    await session.query(`
      truncate allocation.product, allocation.line cascade;
      insert into allocation.product (sku, version, last_sequence) values ('LAMP', 1, 1000000), ('SOFA', 1, 1);
      insert into allocation.batch (reference, sku, eta, quantity, allocated, earlier_promises) values
        ('SOFA-1', 'SOFA', '2027-06-01', 5, 1, '[]'),
        ('FEW', 'LAMP', '2027-06-01', 1000000, ${LINES + 10}, '[{"upTo": 10, "eta": "2027-03-01"}]'),
        ('ALL', 'LAMP', '2027-06-01', 1000000, ${LINES}, '[{"upTo": 2000000, "eta": "2027-03-01"}]'),
        ('MOVED', 'LAMP', '2027-06-01', 1000000, ${LINES + 3}, '[]');
      insert into allocation.batch (reference, sku, eta, quantity, allocated)
      select 'B-' || n, 'LAMP', '2027-06-01', 10, 1 from generate_series(1, 3000) as n;
      insert into allocation.line (order_id, sku, quantity, batch_reference, sequence, promised_date)
      select 'sofa', 'SOFA', 1, 'SOFA-1', 1, null::date union all
      select 'few-' || n, 'LAMP', 1, 'FEW', n, null from generate_series(1, ${LINES + 10}) as n union all
      select 'all-' || n, 'LAMP', 1, 'ALL', n + 200000, null from generate_series(1, ${LINES}) as n union all
      select 'moved-' || n, 'LAMP', 1, 'MOVED', n + 400000, case when n <= 3 then date '2027-03-01' end
        from generate_series(1, ${LINES + 3}) as n union all
      select 'one-' || n, 'LAMP', 1, 'B-' || n, n + 600000, null from generate_series(1, 3000) as n;
      analyze allocation.line; analyze allocation.batch; analyze allocation.split_claim;`);
  });

  const late = { late: true };
  const cases: [string, Part, PromiseFilter, Place][] = [
    ['of all lines', BY_BATCH, {}, BY_BATCH.start],
    ['of all lines, far behind', BY_BATCH, {}, ['ALL', 'false', '-5', '250000']],
    ['of a product', BY_BATCH, { sku: 'LAMP' }, ['MOVED', 'false', '-5', '430000']],
    ['of a batch', BY_BATCH, { batchReference: 'MOVED' }, BY_BATCH.start],
    [
      'of the further claims of a batch',
      BY_FURTHER_BATCH,
      { batchReference: 'MOVED' },
      BY_FURTHER_BATCH.start,
    ],
    ['of late lines', LATE_BY_BATCH, late, LATE_BY_BATCH.start],
    ['of late lines, far behind', LATE_BY_BATCH, late, ['ALL', 'false', '-5', '250000']],
    ['of the last late lines', LATE_BY_BATCH, late, ['ALL', 'false', '-5', '259990']],
    [
      'of late lines of a batch of which few are late',
      LATE_BY_BATCH,
      { batchReference: 'FEW' },
      LATE_BY_BATCH.start,
    ],
    ['of late lines that have moved', LATE_ON_THEIR_OWN, late, LATE_ON_THEIR_OWN.start],
    ['of late lines by their further claims', LATE_BY_FURTHER_BATCH, late, LATE_BY_FURTHER_BATCH.start],
  ];
  it.each(cases)('%s looks at few lines, however many there are', async (_what, part, filter, place) => {
    expect(await rowsReadOf(['line', 'split_claim'], part, filter, place)).toBeLessThanOrEqual(600);
  });

  it.each([
    ['of a product', BY_BATCH, { sku: 'SOFA' }],
    ['of a batch', BY_BATCH, { batchReference: 'SOFA-1' }],
    ['of the further claims of a batch', BY_FURTHER_BATCH, { batchReference: 'SOFA-1' }],
    ['of late lines of a product', LATE_BY_BATCH, { sku: 'SOFA', late: true }],
    ['of late lines of a batch', LATE_ON_THEIR_OWN, { batchReference: 'SOFA-1', late: true }],
  ] as const)(
    '%s looks at none of the batches of others, however many there are',
    async (_, part, filter) => {
      expect(await rowsReadOf(['batch'], part, filter, part.start)).toBeLessThanOrEqual(4);
    },
  );

  it('finds the few late lines among many', async () => {
    expect(await listed({ batchReference: 'FEW', late: true }, 500)).toHaveLength(10);
    expect(named(await listed({ batchReference: 'MOVED', late: true }, 500))).toEqual([
      'moved-1 LAMP',
      'moved-2 LAMP',
      'moved-3 LAMP',
    ]);
  });

  it('adds no entry to an index for a line that stays on the batch that promised it', async () => {
    const { rows } = await session.query<{ bytes: string }>(
      `select pg_relation_size('allocation.line_promised') as bytes`,
    );
    // One page for three lines, and one that every index has.
    expect(Number(rows[0]!.bytes)).toBeLessThanOrEqual(2 * 8192);
  });
});
