import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../testing/eventually.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { openKernel, type Kernel } from '../../support/kernel.js';
import { ServiceProcess } from '../../support/service-process.js';
import { Wire } from '../../support/wire.js';
import { expectSound } from './order-instance.js';

// Real starts, while other tests use the same machine.

const HOUR_MS = 3_600_000;
const CLOCK = new URL('./shifted-clock.mjs', import.meta.url).href;

interface OrderBody {
  readonly type?: string;
  readonly state: string;
  readonly version: string;
  readonly expiresAt: string | null;
  readonly lines: readonly {
    readonly sku: string;
    readonly claims: readonly { readonly quantity: number }[];
  }[];
}

let database: TestDatabase;
let witness: Kernel;
let dataDir: string;
const started: ServiceProcess[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'earmark-orders-'));
  database = await freshDatabase();
  witness = await openKernel(database.url);
});
afterAll(async () => {
  // A test that failed may have left some.
  await Promise.all(started.map((service) => service.stop('SIGQUIT')));
  await witness.close();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

function start(databaseUrl: string, settings: Record<string, string> = {}): ServiceProcess {
  const service = new ServiceProcess({ DATABASE_URL: databaseUrl, DATA_DIR: dataDir, ...settings });
  started.push(service);
  return service;
}

async function call(url: string, method: string, path: string, body?: object) {
  const answer = await fetch(new URL(path, url), {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as OrderBody };
}

const put = (url: string, orderId: string, lines: Record<string, number>, rest: object = {}) =>
  call(url, 'PUT', `/v1/orders/${orderId}`, {
    lines: Object.entries(lines).map(([sku, quantity]) => ({ sku, quantity })),
    ...rest,
  });

async function buy(url: string, sku: string, quantity: number): Promise<void> {
  const answer = await call(url, 'POST', '/v1/batches', { reference: sku, sku, quantity });
  expect(answer.status).toBe(201);
}

describe('A hold on two instances whose own clocks differ by two hours', () => {
  let fast: string;
  let slow: string;

  beforeAll(async () => {
    const NODE_OPTIONS = `--import=${CLOCK}`;
    const both = [HOUR_MS, -HOUR_MS].map((shift) =>
      start(database.url, { NODE_OPTIONS, TEST_CLOCK_SHIFT_MS: String(shift) }),
    );
    [fast, slow] = (await Promise.all(both.map(({ ready }) => ready))) as [string, string];
    // Otherwise the tests would show nothing.
    expect(both.map(hoursAhead)).toEqual([1, -1]);
    await buy(fast, 'SOFA', 1);
    await buy(fast, 'BED', 1);
  });
  afterAll(() => Promise.all(started.splice(0).map((service) => service.stop('SIGTERM'))));

  /** By the time of its first log line, how wrong its clock is. */
  function hoursAhead({ said }: ServiceProcess): number {
    const [, logged] = /"time":"([^"]+)"/.exec(said) ?? [];
    return Math.round((Date.parse(logged!) - Date.now()) / HOUR_MS);
  }

  const clockOfDatabase = async () =>
    (await witness.dataSource.query<[{ now: Date }]>('select clock_timestamp() as now'))[0].now.getTime();

  /** As if the hold had been made an hour ago. */
  const passAnHour = (orderId: string) =>
    witness.dataSource.query(
      `with moved as (update allocation.line set expires_at = expires_at - interval '1 hour' where order_id = $1)
       update allocation.customer_order
          set created_at = created_at - interval '1 hour', expires_at = expires_at - interval '1 hour'
        where order_id = $1`,
      [orderId],
    );

  it.each(['fast', 'slow'])('that the %s one makes ends by the clock of the database', async (which) => {
    const [maker, otherOne] = which === 'fast' ? [fast, slow] : [slow, fast];
    const sku = which === 'fast' ? 'SOFA' : 'BED';
    const before = await clockOfDatabase();
    const held = await put(maker, `o-${which}`, { [sku]: 1 }, { expiresInSeconds: 1_800 });
    const after = await clockOfDatabase();
    const lasts = Date.parse(held.body.expiresAt!) - 1_800_000;
    expect(lasts).toBeGreaterThanOrEqual(before);
    expect(lasts).toBeLessThanOrEqual(after);

    for (const url of [maker, otherOne]) {
      expect((await call(url, 'GET', `/v1/orders/o-${which}`)).body.state).toBe('held');
      expect(await put(url, `o-${which}-next`, { [sku]: 1 })).toMatchObject({ status: 409 });
    }

    await passAnHour(`o-${which}`);
    for (const url of [maker, otherOne])
      expect((await call(url, 'GET', `/v1/orders/o-${which}`)).body.state).toBe('expired');
    expect((await put(otherOne, `o-${which}-next`, { [sku]: 1 })).status).toBe(201);
    await expectSound(witness.dataSource);
  });

  it('that both sweep up is published as expired once', async () => {
    await buy(fast, 'RUG', 1);
    await put(slow, 'o-swept', { RUG: 1 }, { expiresInSeconds: 1_800 });
    await passAnHour('o-swept');
    const told = await eventually('its end is published', async () => {
      const events = await witness.log.read(witness.dataSource.manager, 0, 10_000);
      const ends = events.filter(({ key, type }) => key === 'RUG' && type === 'LineReleased');
      return ends.length > 0 && ends;
    });
    expect(told).toMatchObject([{ data: { orderId: 'o-swept', reason: 'expired' } }]);
    // Whoever comes later finds nothing to end.
    expect((await put(fast, 'o-swept-next', { RUG: 1 })).status).toBe(201);
    const events = await witness.log.read(witness.dataSource.manager, 0, 10_000);
    expect(events.filter(({ type, key }) => type === 'LineReleased' && key === 'RUG')).toHaveLength(1);
  });
});

describe('An instance that is killed in the midst of a call about an order', () => {
  /** The statement after which nothing gets through any more, in either direction. */
  const moments: Record<string, (sql: string, before: readonly string[]) => boolean> = {
    'when it has locked the order': (sql) =>
      sql.includes('from allocation.customer_order where order_id = any'),
    'when it has written the lines': (sql) => sql.includes('insert into allocation.line'),
    'when it has sent the commit': (sql, before) =>
      sql === 'COMMIT' && before.some((earlier) => earlier.includes('insert into allocation.line')),
  };
  const kinds = Object.entries(moments);
  let wires: Wire[];
  let survivor: string;
  const victims: { service: ServiceProcess; url: string }[] = [];

  beforeAll(async () => {
    wires = await Promise.all(kinds.map(() => Wire.to(database.url)));
    const services = [start(database.url), ...wires.map(({ url }) => start(url))];
    const urls = await Promise.all(services.map(({ ready }) => ready));
    survivor = urls[0]!;
    services.slice(1).forEach((service, i) => victims.push({ service, url: urls[i + 1]! }));
    for (const sku of ['CHAIR', 'TABLE']) await buy(survivor, sku, 100);
  });
  afterAll(async () => {
    await Promise.all(started.splice(0).map((service) => service.stop('SIGTERM')));
    await Promise.all(wires.map((wire) => wire.close()));
  });

  it.each(kinds.map(([when], i) => [when, i] as const))(
    '%s leaves all of the order or nothing, and another instance takes the call over',
    async (_when, i) => {
      const [, isMoment] = kinds[i]!;
      const [wire, { service, url }] = [wires[i]!, victims[i]!];
      const orderId = `o-killed-${i}`;
      await put(survivor, orderId, { CHAIR: 1 });
      const answer = await cutOffAt(wire, isMoment, () => put(url, orderId, { CHAIR: 2, TABLE: 3 }));
      await service.stop('SIGKILL');
      wire.thaw();
      expect(await answer.outcome).toMatchObject({ status: 'rejected' });

      const left = await call(survivor, 'GET', `/v1/orders/${orderId}`);
      const units = left.body.lines.map(({ sku, claims }) => [sku, claims.map(({ quantity }) => quantity)]);
      const [nothing, all] = [
        [['CHAIR', [1]]],
        [
          ['CHAIR', [2]],
          ['TABLE', [3]],
        ],
      ];
      expect([nothing, all]).toContainEqual(units);
      // PostgreSQL may take a moment to see that the other end of the session is gone, and until then it holds its locks.
      const { status, body } = await eventually('no lock is in the way', async () => {
        const repeated = await put(survivor, orderId, { CHAIR: 2, TABLE: 3 });
        return repeated.status !== 503 && repeated;
      });
      expect([status, body.version]).toEqual([200, expect.stringMatching(/^2-/)]);
      await expectSound(witness.dataSource);
    },
  );

  /** Makes the call, and lets nothing through any more from the first statement of this kind on. */
  async function cutOffAt(
    wire: Wire,
    isMoment: (sql: string, before: readonly string[]) => boolean,
    makeCall: () => Promise<unknown>,
  ): Promise<{ readonly outcome: Promise<PromiseSettledResult<unknown>> }> {
    let isThere = false;
    wire.lose('abandoned', (sql) => {
      isThere ||= isMoment(sql, wire.statements);
      if (isThere) wire.freeze();
      return false;
    });
    const outcome = Promise.allSettled([makeCall()]).then(([settled]) => settled);
    await eventually('it has come to that statement', () => isThere);
    return { outcome };
  }
});
