import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asOperator, asOwner, freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';
import pg from 'pg';

let database: TestDatabase;
let service: RunningService;
/** Of the database and of the role by which the service comes in. */
let name: string;
let role: string;
/** What is put right in any case, so that the database can be dropped. */
let heal = () => Promise.resolve();

beforeAll(async () => {
  database = await asOwner(await freshDatabase(), {});
  const url = new URL(database.url);
  name = url.pathname.slice(1);
  role = url.username;
  await grantAll();
  service = await startService(database.url);
  await service.request('POST', '/v1/batches', { reference: 'PO-1', sku: 'LAMP', quantity: 1_000 });
});
afterEach(() => heal());
afterAll(async () => {
  await service.close();
  await inside(`drop owned by ${role}`);
  await database.drop();
});

/** By the operator, in the database of the service. */
async function inside(...statements: string[]): Promise<void> {
  const url = new URL(process.env.TEST_POSTGRES_URL!);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const OF_THE_LOG_AND_FEATURES = ['event_log', 'allocation', 'batches', 'ledger', 'notifications', 'webhooks'];
const SCHEMAS = [...OF_THE_LOG_AND_FEATURES, 'access', 'broker'];
const grantAll = () =>
  inside(
    ...SCHEMAS.flatMap((schema) => [
      `grant all on schema ${schema} to ${role}`,
      `grant all on all tables in schema ${schema} to ${role}`,
      `grant all on all sequences in schema ${schema} to ${role}`,
    ]),
  );

/** By the operator, on the server. */
const outside = (statement: string) => asOperator((operator) => operator.query(statement));

/**
 * Lets nobody in from now on, and ends the sessions of those who are in. A session that was let in just before is
 * listed under its role only a moment later, so that the first look may miss it.
 */
async function shutOut(statement: string): Promise<void> {
  await outside(statement);
  await asOperator(async (operator) => {
    const { rows } = await operator.query<{ now: string }>('select clock_timestamp()::text as now');
    await eventually('the sessions have ended', async () => {
      const { rowCount } = await operator.query(
        `select case when usename = $1 then pg_terminate_backend(pid) end from pg_stat_activity
          where backend_type = 'client backend' and backend_start <= $2
            and (usename = $1 or usename is null)`,
        [role, rows[0]!.now],
      );
      return rowCount === 0;
    });
  });
}

let orders = 0;
const allocate = () =>
  service.request('POST', '/v1/allocations', { orderId: `o-${++orders}`, sku: 'LAMP', quantity: 1 });

const everything = () =>
  Promise.all([
    allocate(),
    service.request('POST', '/v1/batches', { reference: `PO-1${orders}`, sku: 'LAMP', quantity: 1 }),
    service.request('PATCH', '/v1/batches/PO-1', { eta: '2031-01-01' }),
    ...['batches', 'batches/PO-1', 'orders/o-1/allocations', 'products', 'products/LAMP', 'events'].map(
      (path) => service.request('GET', `/v1/${path}`),
    ),
    ...['products/LAMP/availability', 'notifications', 'subscriptions'].map((path) =>
      service.request('GET', `/v1/${path}`),
    ),
    service.request('DELETE', `/v1/orders/o-1/allocations/LAMP`),
  ]);

/** A feed that is answered has no end: its body is not read. */
async function feed() {
  const response = await fetch(`${service.url}/v1/events`, {
    headers: { accept: 'text/event-stream', 'last-event-id': '1' },
  });
  const { status, headers } = response;
  if (status === 200) await response.body?.cancel();
  return { status, headers, body: status === 200 ? null : await response.json() };
}

const ready = async () => (await service.request('GET', '/health/ready')).status;

type Fault = [what: string, fault: () => Promise<void>, heal: () => Promise<void>];

/** Nothing can be done then. */
const OF_ALL: Fault[] = [
  [
    'takes no connections',
    () => shutOut(`alter database ${name} allow_connections false`),
    () => outside(`alter database ${name} allow_connections true`),
  ],
  [
    'has another password',
    () => shutOut(`alter role ${role} password 'another'`),
    () => outside(`alter role ${role} password 'of-a-test'`),
  ],
  [
    'has no connection left for the role',
    () => shutOut(`alter role ${role} connection limit 0`),
    () => outside(`alter role ${role} connection limit -1`),
  ],
  [
    'has a schema under another name',
    () =>
      inside(...OF_THE_LOG_AND_FEATURES.map((schema) => `alter schema ${schema} rename to away_${schema}`)),
    () =>
      inside(...OF_THE_LOG_AND_FEATURES.map((schema) => `alter schema away_${schema} rename to ${schema}`)),
  ],
];

/** What needs it cannot be done then. */
const OF_A_PART: Fault[] = [
  [
    'lacks a table',
    () => inside('alter table allocation.line rename to away'),
    () => inside('alter table allocation.away rename to line'),
  ],
  [
    'does not let the role write a table',
    () => inside(`revoke insert, update on allocation.line from ${role}`),
    () => inside(`grant insert, update on allocation.line to ${role}`),
  ],
];

const isUnavailable = { status: 503, body: { type: 'urn:earmark:problem:busy' } };

async function healsByItself(): Promise<void> {
  await heal();
  heal = () => Promise.resolve();
  await eventually('it is ready', async () => (await ready()) === 200, 30_000);
  await eventually('it allocates', async () => (await allocate()).status === 201, 30_000);
}

describe('A database under a running service that', () => {
  it.each(OF_ALL)(
    '%s is answered with 503, ready is red, and all heals by itself',
    async (_, fault, putRight) => {
      expect((await allocate()).status).toBe(201);
      await fault();
      heal = putRight;
      const [answers, feedAnswer] = await Promise.all([everything(), feed()]);
      for (const answer of [...answers, feedAnswer]) {
        expect(answer).toMatchObject(isUnavailable);
        expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      }
      expect(await ready()).toBe(503);
      await healsByItself();
    },
  );

  it.each(OF_A_PART)(
    '%s leads to 503 and never to 500, and all heals by itself',
    async (_, fault, putRight) => {
      await fault();
      heal = putRight;
      const [allocation, ...others] = await everything();
      expect(allocation).toMatchObject(isUnavailable);
      for (const { status } of others) expect([200, 201, 204, 404, 503]).toContain(status);
      expect(await ready()).toBe(503);
      await healsByItself();
      const { body } = await service.request<{ items: { parked: number }[] }>('GET', '/v1/subscriptions');
      expect(body.items.filter(({ parked }) => parked > 0)).toEqual([]);
    },
  );

  it('is dropped and put back is answered with 503 meanwhile', async () => {
    await outside(`drop database ${name} with (force)`);
    heal = async () => {
      await outside(`create database ${name} template earmark_template owner ${role}`);
      await grantAll();
    };
    for (const answer of await everything()) expect(answer).toMatchObject(isUnavailable);
    expect(await ready()).toBe(503);
    await heal();
    heal = () => Promise.resolve();
    await eventually('it is ready', async () => (await ready()) === 200, 30_000);
    expect((await service.request('GET', '/v1/batches')).body).toEqual({ items: [], next: null });
  });
});
