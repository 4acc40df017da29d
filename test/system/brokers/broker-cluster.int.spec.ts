import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { jetstream } from '@nats-io/jetstream';
import { headers, nanos, type NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import { JetStreamBroker } from '../../../src/platform/brokers/jetstream/jetstream-broker.js';
import { eventually, eventuallySucceeds } from '../../../testing/eventually.js';
import { NatsCluster } from '../../../testing/nats-cluster.js';
import { describeWith } from '../../support/brokers.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { externalSystemOverJetStream } from '../../support/external-servers.js';
import { startService, type RunningService } from '../../support/service.js';

const [OUT, IN, CONSUMER] = ['earmark_line_allocated', 'earmark_change_batch_quantity', 'earmark'];
/** Three servers elect another leader within ten seconds, on a machine with nothing else to do. */
const LIMIT_MS = 90_000;

/** The tests share a service, its log and the streams: each leaves the cluster whole. */
describeWith('nats-server', 'A service on a cluster of three NATS servers', () => {
  let folder: string;
  let cluster: NatsCluster;
  let database: TestDatabase;
  let operator: pg.Client;
  let service: RunningService;
  let sender: NatsConnection;
  let outside: Awaited<ReturnType<typeof externalSystemOverJetStream>>;
  const warnings: string[] = [];
  let [ordered, sent] = [0, 0];

  const start = () => startService(database.url, { natsUrl: cluster.url });
  beforeAll(async () => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line) => void warnings.push(String(line)));
    folder = await mkdtemp(join(tmpdir(), 'earmark-nats-'));
    cluster = await NatsCluster.start(folder, new URL('../../../deploy/nats/nats.conf', import.meta.url));
    database = await freshDatabase();
    operator = new pg.Client({ connectionString: database.url });
    await operator.connect();
    service = await start();
    sender = await cluster.connect();
    outside = await externalSystemOverJetStream(cluster.url);
    for (const sku of ['LAMP', 'CLOCK', 'RUG'])
      await service.request('POST', '/v1/batches', { reference: sku, sku, quantity: 10_000 });
    await eventually('its consumer is there', () => cluster.leaderOf(IN, CONSUMER), LIMIT_MS);
    // A message in progress whose acknowledgement is lost would come again after ten seconds.
    await (await cluster.manager()).consumers.update(IN, CONSUMER, { ack_wait: nanos(1_000) });
  });
  beforeEach(() => void (warnings.length = 0));
  afterAll(async () => {
    await outside.close();
    await sender.close();
    await service.close();
    await cluster.stop();
    await operator.end();
    await database.drop();
    await rm(folder, { recursive: true });
    jest.restoreAllMocks();
  });

  const allocate = async () => {
    const line = { orderId: `order-${ordered}`, sku: ordered % 2 ? 'LAMP' : 'CLOCK', quantity: 1 };
    expect((await service.request('POST', '/v1/allocations', line)).status).toBe(201);
    ordered++;
  };
  /** Sends the next message; if that fails, the next call sends the same one. */
  const send = async () => {
    const labels = headers();
    labels.set('Nats-Msg-Id', `m-${sent}`);
    const body = JSON.stringify({ batchref: 'RUG', qty: sent });
    await jetstream(sender, { timeout: 1_000 }).publish('change_batch_quantity', body, { headers: labels });
    sent++;
  };
  /** Orders come in, and messages as far as NATS takes them, while the work is done. */
  const underLoad = async (work: () => Promise<unknown>) => {
    let isOver = false;
    const flow = async (next: () => Promise<void>) => {
      for (; !isOver; await wait(50)) await next();
    };
    const flows = [flow(allocate), flow(() => send().catch(() => undefined))];
    await work().finally(() => (isOver = true));
    await Promise.all(flows);
  };

  const lines = async () => {
    const { rows } = await operator.query<{ id: string }>(
      `select id from event_log.event where type = 'LineAllocated' order by position`,
    );
    return rows;
  };
  const applied = async () => {
    const { rows } = await operator.query<{ quantity: number }>(
      `select (data ->> 'quantity')::int as quantity from event_log.event
        where type = 'BatchQuantityChanged' order by position`,
    );
    return rows.map(({ quantity }) => quantity);
  };
  const areApplied = async (count: number) => {
    const { rowCount } = await operator.query(
      `select from event_log.event where type = 'BatchQuantityChanged' limit 1 offset $1`,
      [count - 1],
    );
    return rowCount === 1;
  };
  /** Whether the subscription is past the first so many lines. */
  const arePublished = async (count: number) => {
    const { rowCount } = await operator.query(
      `select from event_log.subscription
        where name = 'broker.jetstream' and position >=
          (select position from event_log.event where type = 'LineAllocated' order by position limit 1 offset $1)`,
      [count - 1],
    );
    return rowCount === 1;
  };
  const goesOn = async () => {
    const [order, message] = [ordered, sent];
    await eventually('a later order is published', () => arePublished(order + 1), LIMIT_MS);
    await eventually('a later message is applied', () => areApplied(message + 1), LIMIT_MS);
  };
  /** Each line stands once in the stream, in the order of the log, and each message was applied once and in order. */
  const nothingIsLost = async () => {
    await eventually('all is published', () => arePublished(ordered), LIMIT_MS);
    await eventually('all is applied', () => areApplied(sent), LIMIT_MS);
    const published = (await outside.all()).map(({ id }) => id);
    expect(published).toEqual((await lines()).map(({ id }) => id));
    expect(await applied()).toEqual(Array.from({ length: sent }, (_, n) => n));
  };
  const leads = (stream: string, consumer?: string) =>
    eventually(`${stream} has a leader`, () => cluster.leaderOf(stream, consumer), LIMIT_MS);

  it.each([
    ['the stream that it publishes to', () => leads(OUT)],
    ['the consumer from which it receives', () => leads(IN, CONSUMER)],
  ])('loses nothing and applies nothing twice if the server is killed that leads %s', async (_, leader) => {
    await underLoad(async () => {
      await goesOn();
      await (await leader()).kill();
      await goesOn();
      await cluster.ensureRunning();
    });
    await nothingIsLost();
    const { config } = await (await cluster.manager()).streams.info(OUT);
    expect(config.num_replicas).toBe(3);
  });

  it('takes nothing for published while two of three servers are lost, and loses nothing', async () => {
    await leads(IN);
    const [first] = cluster.servers;
    await Promise.all(cluster.servers.filter((server) => server !== first).map((server) => server.kill()));
    await allocate();
    // Until its time is over, the service could have published the line as well.
    await expect(send()).rejects.toThrow();
    expect(await arePublished(ordered)).toBe(false);
    await underLoad(async () => {
      await cluster.ensureRunning();
      await goesOn();
    });
    await nothingIsLost();
  });

  it('creates streams that as many servers keep as NATS_REPLICAS says', async () => {
    const broker = new JetStreamBroker(cluster.url, { outgoing: ['single'], incoming: [] }, '1');
    broker.open(() => Promise.resolve());
    await eventuallySucceeds('it is ready', () => broker.publish([]).then(() => true), LIMIT_MS);
    const { config } = await (await cluster.manager()).streams.info('earmark_single');
    expect(config.num_replicas).toBe(1);
    await broker.stopReceiving();
    await broker.close();
  });

  it('creates a consumer again that somebody deleted while messages wait, and says so', async () => {
    await underLoad(async () => {
      await goesOn();
      await (await cluster.manager()).consumers.delete(IN, CONSUMER);
      await goesOn();
    });
    await nothingIsLost();
    expect(warnings).toContainEqual(
      expect.stringMatching(
        /has lost the position in change_batch_quantity; its messages are delivered again$/,
      ),
    );
  });

  it('publishes to a stream that somebody has created again, and says so, also if it has fewer replicas', async () => {
    await underLoad(async () => {
      await goesOn();
      const { streams } = await cluster.manager();
      await streams.delete(OUT);
      await streams.add({ name: OUT, subjects: ['line_allocated', 'line_allocated.>'], num_replicas: 1 });
      await goesOn();
      await eventually('it says so', () => warnings.some((line) => line.includes('fewer replicas')));
    });
    await eventually('all is published', () => arePublished(ordered), LIMIT_MS);
    expect(warnings).toContainEqual(
      expect.stringMatching(/has another stream earmark_line_allocated; what was in the former one is gone$/),
    );
    expect(warnings).toContain(
      'The stream earmark_line_allocated has fewer replicas than it should: 1 instead of 3',
    );
    // What was published since is there, in order.
    const published = (await outside.all()).map(({ id }) => id);
    expect(published.length).toBeGreaterThan(0);
    expect(published).toEqual((await lines()).slice(-published.length).map(({ id }) => id));
  });

  it('fills a stream again from the log once an operator has taken its subscription back', async () => {
    await service.close();
    await (await cluster.manager()).streams.delete(OUT);
    await operator.query(`update event_log.subscription set position = 0 where name = 'broker.jetstream'`);
    service = await start();
    await nothingIsLost();
    const { config } = await (await cluster.manager()).streams.info(OUT);
    expect(config.num_replicas).toBe(3);
  });
});
