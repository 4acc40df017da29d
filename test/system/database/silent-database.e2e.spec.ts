import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrateUp } from '../../../src/platform/migrations/migrations.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { childrenOf } from '../../../tools/chaos/processes.js';
import { postmasterPid } from '../../support/data-dirs.js';
import { eventually } from '../../../testing/eventually.js';
import { startService, type RunningService } from '../../support/service.js';
import { Wire } from '../../support/wire.js';

const LONGER_THAN_A_CALL_MS = 6_000;

let postgres: EmbeddedPostgres;
let dataDir: string;
let wire: Wire;
let service: RunningService;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-silent-'));
  await chmod(dataDir, 0o711);
  postgres = await startEmbeddedPostgres(dataDir, undefined, {
    settings: { listen_addresses: '127.0.0.1', unix_socket_directories: '' },
  });
  await migrateUp(postgres.url);
  wire = await Wire.to(postgres.url);
  service = await startService(wire.url);
  await service.request('POST', '/v1/batches', { reference: 'PO-1', sku: 'LAMP', quantity: 100_000 });
});
afterAll(async () => {
  await service.close();
  await wire.close();
  await postgres.stop();
  await rm(dataDir, { recursive: true });
});

/** All of its processes, so that nothing is answered, and nothing is refused either. */
async function signalPostgres(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
  const pid = await postmasterPid(dataDir);
  for (const each of [pid, ...childrenOf(pid)]) process.kill(each, signal);
}

/** Somebody who holds a lock and does not go on. */
async function holdLock(statement: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('begin');
  await client.query(statement);
  return () => client.end();
}

const ready = async () => (await service.request('GET', '/health/ready')).status;
const live = async () => (await service.request('GET', '/health/live')).status;

let orders = 0;
async function allocate() {
  const orderId = `order-${++orders}`;
  const { status, headers } = await service.request('POST', '/v1/allocations', {
    orderId,
    sku: 'LAMP',
    quantity: 1,
  });
  return { orderId, status, retryAfter: headers.get('retry-after') };
}

/** Calls without end, each after the one before. */
function load() {
  const answers: Awaited<ReturnType<typeof allocate>>[] = [];
  let isOver = false;
  const caller = async () => {
    while (!isOver) answers.push(await allocate());
  };
  const callers = Array.from({ length: 12 }, caller);
  return {
    answers,
    async end() {
      isOver = true;
      await Promise.all(callers);
    },
  };
}

const READS = [
  'batches',
  'batches/PO-1',
  'orders/order-1/allocations',
  'products',
  'products/LAMP',
  'events',
];

type Silence = [what: string, begin: () => Promise<void> | void, end: () => Promise<void> | void];

const SILENCES: Silence[] = [
  ['its server is stopped', () => signalPostgres('SIGSTOP'), () => signalPostgres('SIGCONT')],
  ['nothing gets through to it', () => wire.freeze(), () => wire.thaw()],
];

it.each(SILENCES)(
  'answers 503 when the database is silent since %s, is not ready, and loses nothing that it confirmed',
  async (_, begin, end) => {
    const under = load();
    await eventually('calls are answered', () => under.answers.length > 50);
    const before = under.answers.length;
    await begin();
    try {
      // All of these are answered while it lasts.
      const [readiness, liveness, ...reads] = await Promise.all([
        ready(),
        live(),
        ...[...READS, 'products/LAMP/availability', 'subscriptions'].map((path) =>
          service.request('GET', `/v1/${path}`),
        ),
      ]);
      expect(reads.map(({ status }) => status)).toEqual(reads.map(() => 503));
      expect(reads.map(({ headers }) => headers.get('retry-after'))).not.toContain(null);
      expect(readiness).toBe(503);
      expect(liveness).toBe(200);
      await under.end();
      const refused = under.answers.slice(before).filter(({ status }) => status !== 201);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused).toEqual(
        refused.map((answer) => ({ ...answer, status: 503, retryAfter: expect.any(String) })),
      );
    } finally {
      await end();
    }

    await eventually('it is ready', async () => (await ready()) === 200, 30_000);
    await eventually('calls succeed', async () => (await allocate()).status === 201, 30_000);
    for (const { orderId } of under.answers.filter(({ status }) => status === 201)) {
      const { body } = await service.request('GET', `/v1/orders/${orderId}/allocations`);
      expect(body).toMatchObject({ items: [{ sku: 'LAMP', quantity: 1 }] });
    }
    // The readers, who wait for nobody, go on as well.
    const { status } = await service.request('POST', '/v1/batches', {
      reference: `PO-${orders}`,
      sku: 'LAMP',
      quantity: 1,
    });
    expect(status).toBe(201);
  },
);

it.each([
  ['the row of a product', `select from allocation.product where sku = 'LAMP' for update`],
  ['the table of lines', 'lock table allocation.line in access exclusive mode'],
  ['the table of events', 'lock table event_log.event in access exclusive mode'],
])('answers 503 while another session holds %s locked, and goes on when that ends', async (_, statement) => {
  const release = await holdLock(statement);
  try {
    const [answer, liveness] = await Promise.all([allocate(), live()]);
    expect(answer).toMatchObject({ status: 503, retryAfter: expect.any(String) as unknown });
    expect(liveness).toBe(200);
  } finally {
    await release();
  }
  await eventually('calls succeed', async () => (await allocate()).status === 201, 30_000);
});

it('starts although the database first takes longer to answer than a call would wait', async () => {
  const silent = await Wire.to(postgres.url);
  silent.freeze();
  const starting = startService(silent.url);
  await setTimeout(LONGER_THAN_A_CALL_MS);
  silent.thaw();
  const late = await starting;
  try {
    expect((await late.request('GET', '/health/ready')).status).toBe(200);
  } finally {
    await late.close();
    await silent.close();
  }
});
