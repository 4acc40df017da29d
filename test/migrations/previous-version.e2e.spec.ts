import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrationsOf, schemas } from '../../src/platform/migrations/migration-files.js';
import { CommandLine } from '../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../../testing/eventually.js';
import { ServiceProcess } from '../support/service-process.js';
import { AnotherVersion, migrate } from './another-version.js';

// Each starts several processes.

let database: TestDatabase;
let session: pg.Client;
const running: ServiceProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
});

afterAll(async () => {
  await Promise.all(running.map((service) => service.stop('SIGTERM')));
  await session.end();
  await database.drop();
});

function start(settings: Readonly<Record<string, string>> = {}, version?: AnotherVersion): ServiceProcess {
  const service = new ServiceProcess({ DATABASE_URL: database.url, ...settings }, version?.main);
  running.push(service);
  return service;
}

async function call(url: string, method: string, path: string, body?: object) {
  const answer = await fetch(new URL(path, url), {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json().catch(() => null)) as Record<string, unknown> };
}

/** Every kind of statement that the service has, in the order of a day's work. */
async function dayOfWork(url: string, sku: string): Promise<void> {
  const batch = (reference: string, eta: string | null = null) =>
    call(url, 'POST', '/v1/batches', { reference: `${sku}-${reference}`, sku, quantity: 10, eta });
  const order = (orderId: string, quantity: number) =>
    call(url, 'POST', '/v1/allocations', { orderId: `${sku}-${orderId}`, sku, quantity });
  const batches = `/v1/batches/${sku}-PO-1`;

  expect((await batch('PO-1')).status).toBe(201);
  expect((await batch('PO-1')).status).toBe(200);
  expect((await batch('PO-2', '2027-01-31')).status).toBe(201);
  expect((await order('o-1', 6)).status).toBe(201);
  expect((await order('o-2', 4)).status).toBe(201);
  expect((await order('o-3', 100)).status).toBe(409);
  expect((await call(url, 'PATCH', batches, { quantity: 6 })).status).toBe(200);
  expect((await call(url, 'PATCH', batches, { eta: '2027-02-01' })).status).toBe(200);
  expect((await call(url, 'GET', `/v1/orders/${sku}-o-2/allocations`)).body).toMatchObject({
    items: [{ batchReference: `${sku}-PO-2` }],
  });
  expect((await call(url, 'DELETE', `/v1/orders/${sku}-o-2/allocations/${sku}`)).status).toBe(204);
  expect((await call(url, 'DELETE', `/v1/orders/${sku}-o-1/allocations`)).status).toBe(204);
  for (const path of ['batches', 'products', 'events', 'notifications', 'subscriptions', `products/${sku}`]) {
    expect([path, (await call(url, 'GET', `/v1/${path}`)).status]).toEqual([path, 200]);
  }
  await eventually('every reader of the log has come to its end', async () => {
    const { body } = await call(url, 'GET', '/v1/subscriptions');
    const readers = body.items as { lag: { events: number }; parked: number }[];
    return readers.every(({ lag, parked }) => lag.events === 0 && parked === 0);
  });
}

describe('The previous version', () => {
  let next: AnotherVersion;
  let url: string;

  beforeAll(async () => {
    next = await AnotherVersion.build();
    // All that a migration may do while we run: columns, tables and indexes that we know nothing of.
    const tables = await session.query<{ schema: string; table: string }>(
      `select relnamespace::regnamespace::text as schema, relname as table from pg_class
        where relnamespace::regnamespace::text !~ '^(pg_|information_schema$)' and relname <> 'migration'
          and relkind in ('r', 'p') and not relispartition`,
    );
    for (const schema of await schemas()) {
      const added = tables.rows
        .filter((row) => row.schema === schema)
        .map(
          ({ table }) =>
            `alter table ${schema}.${table} add added_text text, add added_number integer not null default 0;`,
        );
      await next.addMigration(
        schema,
        '1999999999999-added',
        `${added.join('\n')} create table ${schema}.added ();`,
      );
    }
    url = await start().ready;
  });

  afterAll(() => next.remove());

  it('goes on working while the schema of the next one is applied, and after that', async () => {
    await dayOfWork(url, 'BEFORE');
    let isMigrated = false;
    const migrated = next.run({ DATABASE_URL: database.url }, 'migrate', 'up').then((end) => {
      isMigrated = true;
      return end;
    });
    const answers = new Set<unknown>();
    for (let n = 0; !isMigrated; n++) {
      const body = { reference: `PO-${n}`, sku: 'MEANWHILE', quantity: 1 };
      const answer = await call(url, 'POST', '/v1/batches', body);
      answers.add(answer.status === 201 ? 201 : answer.body);
    }

    // It may say that it waits for locks.
    expect(await migrated).toMatchObject({ code: 0 });
    expect([...answers]).toEqual([201]);
    await dayOfWork(url, 'AFTER');
  });

  it('starts on that schema, whether it migrates or not', async () => {
    await Promise.all(
      ['on', 'off'].map(async (MIGRATE) => {
        const service = start({ MIGRATE });
        await dayOfWork(await service.ready, `AGAIN-${MIGRATE}`);
        await service.stop('SIGTERM');
      }),
    );
  });

  it('works beside the next one', async () => {
    const other = await start({}, next).ready;
    await Promise.all([dayOfWork(url, 'OLD'), dayOfWork(other, 'NEW')]);
    expect((await call(url, 'GET', '/v1/batches/NEW-PO-1')).status).toBe(200);
    expect((await call(other, 'GET', '/v1/batches/OLD-PO-1')).status).toBe(200);
  });

  it('rebuilds a read model on that schema', async () => {
    const { code, stderr } = await new CommandLine(
      { DATABASE_URL: database.url },
      ...['subscriptions', 'rebuild', 'allocation.product-totals'],
    ).ended;
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    await dayOfWork(url, 'REBUILT');
  });

  it('lists a migration that it does not know, and leaves it to the next one to revert it', async () => {
    expect((await migrate(database.url, 'status')).stdout).toMatch(/^batches +Added1999999999999 +unknown$/m);
    expect((await next.migrate(database.url, 'status')).stdout).toMatch(
      /^batches +Added1999999999999 +applied$/m,
    );
    expect(await migrate(database.url, 'down', 'batches')).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Added1999999999999, the newest migration of batches, is not of this version: revert it with the version that applied it.\n',
    });
    expect((await next.migrate(database.url, 'down', 'batches')).stdout).toBe(
      'Reverted batches Added1999999999999\n',
    );
  });
});

describe('A migration that was changed after it was applied', () => {
  const NAME = 'Batch1763600000000';
  let changed: AnotherVersion;

  beforeAll(async () => {
    changed = await AnotherVersion.build();
    await changed.changeMigration('batches', '1763600000000-batch.up.sql', 'quantity >= 0', 'quantity > 0');
  });

  afterAll(() => changed.remove());

  it.each(['on', 'off'])('stops the start with one line that names it: MIGRATE=%s', async (MIGRATE) => {
    // With several workers nothing of the application is loaded before the database is found to be good.
    const settings = { DATABASE_URL: database.url, MIGRATE, WEB_CONCURRENCY: '2' };
    const service = new ServiceProcess(settings, changed.main);

    expect(await service.ended).toEqual({
      code: 1,
      signal: null,
      stdout: '',
      stderr: `Changed after it was applied: batches ${NAME}. Restore the file, and write a new migration for the change: docs/upgrades.md\n`,
    });
  });

  it('is refused by the command line, and shown by `migrate status`', async () => {
    expect(await changed.migrate(database.url, 'up')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`batches ${NAME}`),
    });
    expect((await changed.migrate(database.url, 'status')).stdout).toMatch(
      new RegExp(`^batches +${NAME} +changed$`, 'm'),
    );
  });

  it('is unchanged to the version that has it as it was', async () => {
    // The template was migrated from source by the tests, and the compiled service has started on it.
    expect((await migrate(database.url, 'status', '--json')).stdout).not.toContain('"changed"');
    const { rows } = await session.query<{ checksum: string }>(
      'select checksum from batches.migration where name = $1',
      [NAME],
    );
    const [source] = await migrationsOf('batches');
    expect(rows).toEqual([{ checksum: source!.checksum }]);
  });

  it('is accepted as it now is if the history has no checksum of it', async () => {
    await session.query('update batches.migration set checksum = null where name = $1', [NAME]);

    expect(await changed.migrate(database.url, 'up')).toMatchObject({ code: 0, stderr: '' });
    expect((await migrate(database.url, 'status')).stdout).toMatch(
      new RegExp(`^batches +${NAME} +changed$`, 'm'),
    );
  });
});
