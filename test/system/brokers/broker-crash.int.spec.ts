import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';
import pg from 'pg';
import { aNats, aRedis, describeWith, type TestServer } from '../../support/brokers.js';
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
/** While a test holds this advisory lock, a publisher cannot advance its checkpoint. */
const HELD = 4711;
const PUBLISHERS = ['broker.redis', 'broker.jetstream'];
/** Messages that come in over JetStream before each kill. */
const MESSAGES = 60;

type Server = TestServer;

let redis: Server | undefined;
let nats: Server | undefined;
let database: TestDatabase;
let operator: pg.Client;
let service: ServiceProcess | undefined;
let overRedis: ExternalSystem | undefined;
let overJetStream: Awaited<ReturnType<typeof externalSystemOverJetStream>> | undefined;

// One service publishes over both, so that each of its starts serves the tests of both.
describeWith('redis-server', 'A service that is killed again and again while it publishes', () =>
  describeWith('nats-server', 'over Redis and JetStream', () => {
    /** All that was committed, once the service has been killed for the last time and has caught up. */
    let logged: Line[];

    beforeAll(async () => {
      database = await freshDatabase();
      operator = new pg.Client({ connectionString: database.url });
      await operator.connect();
      redis = await aRedis();
      nats = await aNats();
      await Promise.all([redis.ensureRunning(), nats.ensureRunning()]);
      overRedis = await externalSystemOverRedis(redis.url);
      overJetStream = await externalSystemOverJetStream(nats.url);
      await beKilledAgainAndAgain();
      logged = await linesInTheLog();
    });
    afterAll(async () => {
      await service?.stop('SIGKILL');
      await Promise.all([overRedis?.close(), overJetStream?.close()]);
      await operator.end();
      await Promise.all([redis?.remove(), nats?.remove()]);
      await database.drop();
    });

    it.each([
      ['Redis', () => overRedis!],
      ['JetStream', () => overJetStream!],
    ])('publishes over %s all that is committed, in order for each product', async (_, outside) => {
      await eventually('all are heard', async () => {
        const heard = new Set((await outside().heard()).map(orderOf));
        return logged.every(({ orderId }) => heard.has(orderId));
      });
      const heard = await outside().heard();
      for (const sku of SKUS) {
        const ofSku = heard.filter((body) => (body as { sku: string }).sku === sku).map(orderOf);
        // Messages may be repeated, but their first copies come in the order of the log.
        expect([...new Set(ofSku)]).toEqual(
          logged.filter(({ key }) => key === sku).map(({ orderId }) => orderId),
        );
      }
      expect(logged.length).toBeGreaterThan(150);
    });

    it('repeats a message over JetStream only with its id, so that no reader of the stream sees it twice', async () => {
      const all = await overJetStream!.all();
      expect(all.map(({ id }) => id)).toEqual(logged.map(({ id }) => id));
      expect(all.map(({ key }) => key)).toEqual(logged.map(({ key }) => key));
    });

    it('applies every message from JetStream once and in order', async () => {
      await eventually('all are applied', async () => (await changes()).length >= 3 * MESSAGES, 30_000);
      expect(await changes()).toEqual(Array.from({ length: 3 * MESSAGES }, (_, i) => i));
    });
  }),
);

/** Each kill comes while lines are published, or are about to be, and while messages are applied. */
async function beKilledAgainAndAgain(): Promise<void> {
  const url = await start();
  await stockUp(url);
  await redeliverSoon();

  // Between commit and publish: nothing is published while we hold the rows of the publishers.
  await operator.query('begin');
  await operator.query('select from event_log.subscription where name = any ($1) for update', [PUBLISHERS]);
  const first = underLoad(url);
  await Promise.all([first.lines(40), sendsAndApplies(0)]);
  await kill();
  await first.stop();
  await operator.query('rollback');

  // Between publish and checkpoint: what is published now is not recorded.
  const again = await start();
  await holdPositions();
  const heardBefore = await Promise.all([heardBy(overRedis!), heardBy(overJetStream!)]);
  const second = underLoad(again);
  await Promise.all([second.lines(40), sendsAndApplies(1)]);
  await eventually(
    'something is published over both whose checkpoint has not advanced',
    async () => {
      const heard = await Promise.all([heardBy(overRedis!), heardBy(overJetStream!)]);
      return heard.every((count, i) => count > heardBefore[i]!);
    },
    20_000,
  );
  await kill();
  await second.stop();
  await release();

  // At any moment.
  const third = underLoad(await start());
  await Promise.all([third.lines(100), sendsAndApplies(2)]);
  await kill();
  await third.stop();

  await start();
  await caughtUp();
}

const heardBy = async (outside: ExternalSystem) => (await outside.heard()).length;

/** Sends messages, and waits until the service has applied some of them and is about to apply the others. */
async function sendsAndApplies(round: number): Promise<void> {
  for (let qty = round * MESSAGES; qty < (round + 1) * MESSAGES; qty++) {
    const body = JSON.stringify({ batchref: 'batch of messages', qty });
    await overJetStream!.send('change_batch_quantity', body, `m-${qty}`);
  }
  const some = round * MESSAGES + 10;
  await eventually(`${some} are applied`, async () => (await changes()).length >= some, 30_000);
}

/** The quantities that messages have set, in order. */
async function changes(): Promise<number[]> {
  const { rows } = await operator.query<{ quantity: number }>(
    `select (data ->> 'quantity')::int as quantity from event_log.event
      where type = 'BatchQuantityChanged' order by position`,
  );
  return rows.map(({ quantity }) => quantity);
}

/** A message that was in progress at a kill is redelivered after ten seconds, unless an operator says otherwise. */
async function redeliverSoon(): Promise<void> {
  const connection = await connect({ servers: nats!.url });
  const { consumers } = await jetstreamManager(connection);
  const [stream, consumer] = ['earmark_change_batch_quantity', 'earmark'];
  await eventually('the consumer is there', () => consumers.info(stream, consumer).catch(() => null));
  await consumers.update(stream, consumer, { ack_wait: nanos(1_000) });
  await connection.close();
}

async function start(): Promise<string> {
  service = new ServiceProcess({
    DATABASE_URL: database.url,
    REDIS_URL: redis!.url,
    NATS_URL: nats!.url,
  });
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
  await call(url, '/v1/batches', { reference: 'batch of messages', sku: 'RUG', quantity: 1_000 });
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

async function holdPositions(): Promise<void> {
  await operator.query(`
    create function public.hold() returns trigger language plpgsql as
      'begin perform pg_advisory_xact_lock(${HELD}); return new; end';
    create trigger hold before update on event_log.subscription for each row
      when (new.name like 'broker.%') execute function public.hold();`);
  await operator.query(`select pg_advisory_lock(${HELD})`);
}

async function release(): Promise<void> {
  await operator.query(`select pg_advisory_unlock(${HELD})`);
  await operator.query('drop function public.hold cascade');
}

async function caughtUp(): Promise<void> {
  await eventually(
    'the publishers have caught up',
    async () => {
      const { rowCount } = await operator.query(
        `select from event_log.subscription
          where name = any ($1) and position = (select max(position) from event_log.event)`,
        [PUBLISHERS],
      );
      return rowCount === PUBLISHERS.length;
    },
    30_000,
  );
}

interface Line {
  readonly id: string;
  readonly key: string;
  readonly orderId: string;
}

async function linesInTheLog(): Promise<Line[]> {
  const { rows } = await operator.query<Line>(
    `select id, key, data ->> 'orderId' as "orderId" from event_log.event
      where type = 'LineAllocated' order by position`,
  );
  return rows;
}

const orderOf = (body: unknown): string => (body as { orderid: string }).orderid;
