import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { aNats, aRedis, describeWith, type ServerProcess } from '../../support/brokers.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import {
  externalSystemOverJetStream,
  externalSystemOverRedis,
  type ExternalSystem,
} from '../../support/external-servers.js';
import { ServiceProcess } from '../../support/service-process.js';

const SKUS = ['LAMP', 'CLOCK', 'CHAIR', 'TABLE'];
const CALLERS = 8;
/** While a test holds this advisory lock, a subscription cannot advance its checkpoint. */
const HELD = 4711;

let server: ServerProcess & { url: string };
let database: TestDatabase;
let operator: pg.Client;
let service: ServiceProcess | undefined;
let outside: ExternalSystem | undefined;
let setting: string;

beforeEach(async () => {
  database = await freshDatabase();
  operator = new pg.Client({ connectionString: database.url });
  await operator.connect();
});
afterEach(async () => {
  await service?.stop('SIGKILL');
  await outside?.close();
  await operator.end();
  await server.remove();
  await database.drop();
});

describeWith('redis-server', 'A service that is killed while it publishes over Redis', () => {
  beforeEach(async () => {
    server = await aRedis();
    await server.start();
    outside = await externalSystemOverRedis(server.url);
    setting = 'REDIS_URL';
  });
  itLosesNothing('broker.redis');
});

describeWith('nats-server', 'A service that is killed while it publishes over JetStream', () => {
  beforeEach(async () => {
    server = await aNats();
    await server.start();
    outside = await externalSystemOverJetStream(server.url);
    setting = 'NATS_URL';
  });
  itLosesNothing('broker.jetstream');

  it('repeats a message only with its id, so that no reader of the stream sees it twice', async () => {
    const url = await start();
    await stockUp(url);
    await holdPosition('broker.jetstream');
    const load = underLoad(url);
    await eventually('something is published whose checkpoint has not advanced', async () => {
      const messages = await outside!.heard();
      return messages.length > 0;
    });
    await kill();
    await load.stop();
    await release();
    await start();
    await caughtUp('broker.jetstream');

    const all = await (outside as Awaited<ReturnType<typeof externalSystemOverJetStream>>).all();
    const logged = await linesInTheLog();
    expect(all.map(({ id }) => id)).toEqual(logged.map(({ id }) => id));
    expect(all.map(({ key }) => key)).toEqual(logged.map(({ key }) => key));
  }, 60_000);

  it('applies every message once and in order, however often it is killed meanwhile', async () => {
    const url = await start();
    await call(url, '/v1/batches', { reference: 'batch-1', sku: 'LAMP', quantity: 1_000 });
    const quantities = Array.from({ length: 300 }, (_, i) => i);
    const changes = () =>
      operator
        .query<{ quantity: number }>(
          `select (data ->> 'quantity')::int as quantity from event_log.event
            where type = 'BatchQuantityChanged' order by position`,
        )
        .then(({ rows }) => rows.map(({ quantity }) => quantity));
    for (const qty of quantities) {
      await outside!.send('change_batch_quantity', JSON.stringify({ batchref: 'batch-1', qty }), `m-${qty}`);
    }
    for (const some of [20, 120]) {
      await eventually(`${some} are applied`, async () => (await changes()).length >= some, 20_000);
      await kill();
      await start();
    }
    // A message that was in progress at the kill is redelivered after ten seconds.
    await eventually('all are applied', async () => (await changes()).length >= 300, 40_000);
    expect(await changes()).toEqual(quantities);
  }, 90_000);
});

function itLosesNothing(subscription: string): void {
  it('publishes all that is committed, in order for each product, when killed again and again under load', async () => {
    const url = await start();
    await stockUp(url);

    // Between commit and publish: nothing is published while we hold the subscription's row.
    await operator.query('begin');
    await operator.query('select from event_log.subscription where name = $1 for update', [subscription]);
    const first = underLoad(url);
    await first.lines(40);
    await kill();
    await first.stop();
    await operator.query('rollback');

    // Between publish and checkpoint: what is published now is not recorded.
    const again = await start();
    await holdPosition(subscription);
    const heardBefore = (await outside!.heard()).length;
    const second = underLoad(again);
    await second.lines(40);
    await eventually(
      'something is published',
      async () => (await outside!.heard()).length > heardBefore,
      20_000,
    );
    await kill();
    await second.stop();
    await release();

    // At any moment.
    const third = underLoad(await start());
    await third.lines(100);
    await kill();
    await third.stop();

    await start();
    await caughtUp(subscription);
    const logged = await linesInTheLog();
    await eventually('all are heard', async () => {
      const heard = new Set((await outside!.heard()).map(orderOf));
      return logged.every(({ orderId }) => heard.has(orderId));
    });
    const heard = await outside!.heard();
    for (const sku of SKUS) {
      const ofSku = heard.filter((body) => (body as { sku: string }).sku === sku).map(orderOf);
      // Messages may be repeated, but their first copies come in the order of the log.
      expect([...new Set(ofSku)]).toEqual(
        logged.filter(({ key }) => key === sku).map(({ orderId }) => orderId),
      );
    }
    expect(logged.length).toBeGreaterThan(150);
  }, 90_000);
}

async function start(): Promise<string> {
  service = new ServiceProcess({ DATABASE_URL: database.url, [setting]: server.url });
  return service.ready;
}

async function kill(): Promise<void> {
  await service!.stop('SIGKILL');
}

async function call(url: string, path: string, body: object): Promise<boolean> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response.ok;
}

async function stockUp(url: string): Promise<void> {
  for (const sku of SKUS) {
    await call(url, '/v1/batches', { reference: `batch of ${sku}`, sku, quantity: 1_000_000 });
  }
}

/** Customers who order until the service is gone. */
function underLoad(url: string): { lines(count: number): Promise<unknown>; stop(): Promise<void> } {
  let [ordered, isStopped] = [0, false];
  const callers = Array.from({ length: CALLERS }, async (_, i) => {
    const sku = SKUS[i % SKUS.length]!;
    for (let n = 0; !isStopped; n++) {
      const orderId = `order ${url} ${i} ${n}`;
      // The service is gone, but whatever it committed must be published all the same.
      const isDone = await call(url, '/v1/allocations', { orderId, sku, quantity: 1 }).catch(() => null);
      if (isDone === null) return;
      if (isDone) ordered++;
      await wait(2);
    }
  });
  return {
    lines: (count) => eventually(`${count} lines are allocated`, () => ordered >= count, 30_000),
    async stop() {
      isStopped = true;
      await Promise.all(callers);
    },
  };
}

async function holdPosition(subscription: string): Promise<void> {
  await operator.query(`
    create function public.hold() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock(${HELD}); return new; end';
    create trigger hold before update on event_log.subscription for each row
      when (new.name = '${subscription}') execute function public.hold();`);
  await operator.query(`select pg_advisory_lock(${HELD})`);
}

async function release(): Promise<void> {
  await operator.query(`select pg_advisory_unlock(${HELD})`);
  await operator.query('drop function public.hold cascade');
}

async function caughtUp(subscription: string): Promise<void> {
  await eventually(
    `${subscription} has caught up`,
    async () => {
      const { rowCount } = await operator.query(
        `select from event_log.subscription
          where name = $1 and position = (select max(position) from event_log.event)`,
        [subscription],
      );
      return rowCount === 1;
    },
    30_000,
  );
}

async function linesInTheLog(): Promise<{ id: string; key: string; orderId: string }[]> {
  const { rows } = await operator.query<{ id: string; key: string; orderId: string }>(
    `select id, key, data ->> 'orderId' as "orderId" from event_log.event
      where type = 'LineAllocated' order by position`,
  );
  return rows;
}

const orderOf = (body: unknown): string => (body as { orderid: string }).orderid;
