import { afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateUp } from '../../../src/platform/migrations/migrations.js';
import { asOperator, asOwner, emptyDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';

let database: TestDatabase | undefined;
let service: RunningService | undefined;
afterEach(async () => {
  await service?.close();
  await database?.drop();
  service = database = undefined;
});

/** The service on a new database, which it has migrated itself. */
async function serve(): Promise<RunningService> {
  await migrateUp(database!.url);
  service = await startService(database!.url);
  return service;
}

/** What an operator may have set for a database or a role, as many at a time as do not exclude each other. */
const SETTINGS: Record<string, string>[] = [
  {
    datestyle: `'SQL, DMY'`,
    default_transaction_isolation: 'serializable',
    array_nulls: 'off',
    bytea_output: 'escape',
    extra_float_digits: '-15',
    transform_null_equals: 'on',
    xmloption: 'document',
    quote_all_identifiers: 'on',
    standard_conforming_strings: 'off',
    backslash_quote: 'off',
  },
  {
    datestyle: `'German'`,
    timezone: `'Asia/Kolkata'`,
    default_transaction_read_only: 'on',
    statement_timeout: '100',
    lock_timeout: '1',
    idle_in_transaction_session_timeout: '1',
    idle_session_timeout: '1000',
    row_security: 'off',
    enable_indexscan: 'off',
    plan_cache_mode: 'force_custom_plan',
    jit_above_cost: '0',
  },
  {
    datestyle: `'Postgres, DMY'`,
    intervalstyle: `'iso_8601'`,
    timezone: `'Pacific/Apia'`,
    default_transaction_isolation: `'repeatable read'`,
    search_path: 'evil, pg_catalog',
  },
];

const named = SETTINGS.map(
  (settings) =>
    [
      Object.entries(settings)
        .map((each) => each.join(' = '))
        .join(', '),
      settings,
    ] as const,
);

/** Functions of the names that we use, in a schema that comes before PostgreSQL's own. */
const makeEvil = (url: string) =>
  asOperatorOn(url, [
    'create schema evil',
    `create function evil.now() returns timestamptz language sql as $$ select 'infinity'::timestamptz $$`,
    `create function evil.clock_timestamp() returns timestamptz language sql as $$ select 'infinity'::timestamptz $$`,
    `create function evil.gen_random_uuid() returns uuid language sql as $$ select null::uuid $$`,
  ]);

async function asOperatorOn(url: string, statements: string[]) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** What depends on dates, instants, order, nulls in arrays and bytes. */
async function workADay(service: RunningService) {
  const request = service.request.bind(service);
  const january = { reference: 'JANUARY', sku: 'LAMP', quantity: 10, eta: '2031-01-31' };
  const december = { reference: 'DECEMBER', sku: 'LAMP', quantity: 10, eta: '2030-12-01' };
  const onHand = { reference: 'ON-HAND', sku: 'LAMP', quantity: 2, eta: null };
  const before = Date.now();
  const answers = [];
  for (const batch of [january, december, onHand, january]) {
    answers.push((await request('POST', '/v1/batches', batch)).status);
  }
  const batches = [];
  for (const [orderId, quantity] of [
    ['o-1', 2],
    ['o-2', 8],
    ['o-3', 8],
  ] as const) {
    const { body } = await request<{ batchReference: string; eta: string | null }>(
      'POST',
      '/v1/allocations',
      {
        orderId,
        sku: 'LAMP',
        quantity,
      },
    );
    batches.push([body.batchReference, body.eta]);
  }
  answers.push(
    (await request('POST', '/v1/allocations', { orderId: 'o-4', sku: 'LAMP', quantity: 9 })).status,
  );
  const later = await request('PATCH', '/v1/batches/DECEMBER', { eta: '2031-02-03' });
  const order = await request('GET', '/v1/orders/o-2/allocations');
  const product = await request<{ batches: { reference: string; eta: string }[] }>(
    'GET',
    '/v1/products/LAMP',
  );
  const { body: log } = await request<{ items: { occurredAt: string }[] }>('GET', '/v1/events');
  const instants = log.items.map(({ occurredAt }) => Date.parse(occurredAt));
  return {
    answers,
    batches,
    later: withoutFigures(later.body),
    order: order.body,
    product: product.body.batches.map(({ reference, eta }) => [reference, eta]),
    instants: instants.every((at) => at >= before - 60_000 && at <= Date.now() + 60_000),
    list: withoutFigures((await request<{ items: unknown[] }>('GET', '/v1/batches')).body.items[0]),
  };
}

/** A batch without the sums that follow the log, which may be a moment behind. */
function withoutFigures(batch: unknown): unknown {
  const { reference, sku, quantity, eta, overdue, expectedDate } = batch as Record<string, unknown>;
  return { reference, sku, quantity, eta, overdue, expectedDate };
}

const LATER = { eta: '2031-02-03', overdue: false, expectedDate: '2031-02-03' };
const AS_EVERYWHERE = {
  answers: [201, 201, 201, 200, 409],
  batches: [
    ['ON-HAND', null],
    ['DECEMBER', '2030-12-01'],
    ['JANUARY', '2031-01-31'],
  ],
  later: { reference: 'DECEMBER', sku: 'LAMP', quantity: 10, ...LATER },
  order: {
    orderId: 'o-2',
    items: [{ sku: 'LAMP', quantity: 8, batchReference: 'DECEMBER', ...LATER }],
  },
  product: [
    ['ON-HAND', null],
    ['JANUARY', '2031-01-31'],
    ['DECEMBER', '2031-02-03'],
  ],
  instants: true,
  list: { reference: 'DECEMBER', sku: 'LAMP', quantity: 10, ...LATER },
};

describe('The service works the same', () => {
  it.each(named)('on a database with %s', async (_, settings) => {
    database = await emptyDatabase();
    await makeEvil(database.url);
    const name = new URL(database.url).pathname.slice(1);
    await asOperator(async (operator) => {
      for (const [setting, value] of Object.entries(settings)) {
        await operator.query(`alter database ${name} set ${setting} = ${value}`);
      }
    });
    expect(await workADay(await serve())).toEqual(AS_EVERYWHERE);
  });

  it('for a role that owns nothing but its database and has settings of its own', async () => {
    const empty = await emptyDatabase();
    await makeEvil(empty.url);
    await asOperatorOn(empty.url, ['grant usage on schema evil to public']);
    database = await asOwner(empty, Object.assign({}, ...SETTINGS) as Record<string, string>);
    expect(await workADay(await serve())).toEqual(AS_EVERYWHERE);
  });

  it('in a database that sorts text by the rules of a language, and pages in byte order there', async () => {
    database = await emptyDatabase(
      `template template0 encoding 'UTF8' locale_provider icu icu_locale 'de-DE' locale 'C'`,
    );
    const service = await serve();
    const request = service.request.bind(service);
    const references = ['b', 'B', 'a', 'Ä', 'ä', 'A', 'Z', 'z', 'a-1', 'a1'];
    for (const reference of references) {
      await request('POST', '/v1/batches', { reference, sku: reference, quantity: 1 });
    }
    const inByteOrder = ['A', 'B', 'Z', 'a', 'a-1', 'a1', 'b', 'z', 'Ä', 'ä'];
    const first = await request<{ items: { reference: string }[]; next: string }>(
      'GET',
      '/v1/batches?limit=4',
    );
    const rest = await request<{ items: { reference: string }[] }>(
      'GET',
      `/v1/batches?after=${encodeURIComponent(first.body.next)}`,
    );
    const all = [...first.body.items, ...rest.body.items];
    expect(all.map(({ reference }) => reference)).toEqual(inByteOrder);
    const skus = await eventually('every product is listed', async () => {
      const products = await request<{ items: { sku: string }[] }>('GET', '/v1/products');
      return products.body.items.length === inByteOrder.length && products.body.items.map(({ sku }) => sku);
    });
    expect(skus).toEqual(inByteOrder);
  });
});
