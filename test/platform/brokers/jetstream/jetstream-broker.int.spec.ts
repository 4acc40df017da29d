import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { AckPolicy, jetstreamManager, RetentionPolicy } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { JetStreamBroker } from '../../../../src/platform/brokers/jetstream/jetstream-broker.js';
import { Unreachable } from '../../../../src/kernel/subscriptions/readers/subscription.js';
import { aNats, describeWith, type TestServer } from '../../../support/brokers.js';
import { eventually } from '../../../../testing/eventually.js';
import {
  externalSystemOverJetStream,
  type InStream,
  type ExternalSystem,
} from '../../../support/external-servers.js';
import { LossyWire } from '../../../support/lossy-wire.js';
import { brokerSuite, useRecorder } from '../broker.suite.js';

/**
 * A server that is killed may have lost what it was told last: it delivers a message again that was acknowledged, and the
 * next one only after that, when the 10 s for an acknowledgement are over.
 */
const REDELIVERED_MS = 20_000;
const CHANNELS = { outgoing: ['line_allocated', 'other'], incoming: ['in'] };

describeWith('nats-server', 'The JetStream broker', () => {
  let server: TestServer;
  let broker: JetStreamBroker;
  let outside: (ExternalSystem & { all(): Promise<InStream[]> }) | undefined;
  const recorder = useRecorder();
  const { received, logged } = recorder;
  beforeEach(async () => {
    server = await aNats();
    broker = new JetStreamBroker(server.url, CHANNELS);
  });
  afterEach(async () => {
    await broker.stopReceiving();
    await broker.close();
    await outside?.close();
    outside = undefined;
    await server.remove();
    jest.restoreAllMocks();
  });

  const message = (id: string, more: object = {}) => ({
    id,
    channel: 'line_allocated',
    key: 'SMALL.TABLE',
    body: Buffer.from(`"${id}"`),
    ...more,
  });
  const address = () => `NATS at 127.0.0.1:${server.port}`;
  const isReady = () =>
    broker.publish([]).then(
      () => true,
      () => false,
    );

  async function start(receive = recorder.receive) {
    await server.ensureRunning();
    broker.open(receive);
    await eventually('it is ready', isReady);
    outside = await externalSystemOverJetStream(server.url);
    return outside;
  }

  async function withManager<T>(work: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<T>) {
    const connection = await connect({ servers: server.url });
    try {
      return await work(await jetstreamManager(connection));
    } finally {
      await connection.close();
    }
  }

  const left = async () =>
    (await withManager((manager) => manager.streams.info('earmark_in'))).state.messages;

  brokerSuite(recorder, {
    name: 'jetstream',
    start,
    stopReceiving: () => broker.stopReceiving(),
    ids: ['m-1', expect.stringMatching(/^@earmark_in:2:\d{19}$/)],
    retryLine: () => 'warn: Message on in will be retried: not now',
    left,
  });

  it('publishes each channel in order, with the ordering key and the traceparent as headers', async () => {
    const other = await start();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await broker.publish([message('1', { traceparent }), message('2'), message('3', { channel: 'other' })]);
    await broker.publish([message('2'), message('4')]);

    expect(await other.all()).toEqual(
      ['1', '2', '4'].map((id) => ({
        id,
        subject: 'line_allocated.SMALL%2ETABLE',
        key: 'SMALL.TABLE',
        body: id,
      })),
    );
    const [first, third] = await withManager((manager) =>
      Promise.all([
        manager.streams.getMessage('earmark_line_allocated', { seq: 1 }),
        manager.streams.getMessage('earmark_other', { seq: 1 }),
      ]),
    );
    expect(first?.header.get('traceparent')).toBe(traceparent);
    expect(third?.header.get('traceparent')).toBe('');
  });

  it('creates streams that keep outgoing messages for a week and incoming ones until they are acknowledged', async () => {
    await start();
    const [out, incoming, consumer] = await withManager((manager) =>
      Promise.all([
        manager.streams.info('earmark_line_allocated'),
        manager.streams.info('earmark_in'),
        manager.consumers.info('earmark_in', 'earmark'),
      ]),
    );
    expect(out.config).toMatchObject({
      subjects: ['line_allocated', 'line_allocated.>'],
      retention: 'limits',
      max_age: 7 * 24 * 3_600 * 1e9,
      duplicate_window: 120 * 1e9,
      num_replicas: 1,
      storage: 'file',
    });
    expect(incoming.config).toMatchObject({ subjects: ['in', 'in.>'], retention: 'workqueue', max_age: 0 });
    expect(consumer.config).toMatchObject({ ack_policy: 'explicit', ack_wait: 10 * 1e9, max_ack_pending: 1 });
  });

  it('leaves an existing stream as an operator has configured it', async () => {
    await server.ensureRunning();
    await withManager((manager) =>
      manager.streams.add({
        name: 'earmark_line_allocated',
        subjects: ['line_allocated', 'line_allocated.>'],
        max_msgs: 7,
      }),
    );
    broker.open(recorder.receive);
    await eventually('it is ready', isReady);
    await broker.publish([message('1')]);
    const { config } = await withManager((manager) => manager.streams.info('earmark_line_allocated'));
    expect(config).toMatchObject({ max_msgs: 7, max_age: 0 });
  });

  it('creates a stream again that was deleted', async () => {
    const other = await start();
    await withManager((manager) => manager.streams.delete('earmark_line_allocated'));
    await expect(broker.publish([message('1')])).rejects.toThrow(Unreachable);
    await broker.publish([message('2')]);
    expect((await other.all()).map(({ id }) => id)).toEqual(['2']);

    await withManager((manager) => manager.streams.delete('earmark_in'));
    await eventually('the outage is logged', () =>
      logged.some((line) => line.includes('cannot receive in, retrying')),
    );
    await other.send('in', 'text');
    await eventually('it is received', () => received.length === 1);
  });

  it('says so if somebody creates a stream again while it publishes nothing', async () => {
    const other = await start();
    const gone = `warn: ${address()} has another stream earmark_line_allocated; what was in the former one is gone`;
    await broker.publish([message('1'), message('2')]);
    await withManager(async ({ streams }) => {
      const { config } = await streams.info('earmark_line_allocated');
      await streams.delete('earmark_line_allocated');
      await streams.add(config);
    });
    await broker.publish([message('3')]);
    await broker.publish([message('4')]);
    await broker.publish([message('5')]);
    expect((await other.all()).map(({ id }) => id)).toEqual(['3', '4', '5']);
    expect(logged).toEqual([gone]);
  });

  it('logs once that it cannot receive, however often it retries', async () => {
    await server.ensureRunning();
    const consumer = { durable_name: 'earmark', ack_policy: AckPolicy.Explicit };
    await withManager(async ({ streams, consumers }) => {
      await streams.add({
        name: 'earmark_in',
        subjects: ['in', 'in.>'],
        retention: RetentionPolicy.Workqueue,
      });
      await consumers.add('earmark_in', { ...consumer, deliver_subject: 'pushed' });
    });
    const observer = await connect({ servers: server.url });
    const attempts = observer.subscribe('$JS.API.CONSUMER.INFO.earmark_in.earmark');
    broker.open(recorder.receive);
    await eventually('it has tried again and again', () => attempts.getReceived() > 9);
    await observer.close();
    await withManager(async ({ consumers }) => {
      await consumers.delete('earmark_in', 'earmark');
      await consumers.add('earmark_in', consumer);
    });
    outside = await externalSystemOverJetStream(server.url);
    await outside.send('in', 'text');
    await eventually('it is received', () => received.length === 1);
    expect(logged).toEqual([expect.stringContaining('cannot receive in, retrying')]);
  });

  it('cannot publish while the server is away, logs that once, and publishes when it is back', async () => {
    await expect(broker.publish([message('1')])).rejects.toMatchObject({
      message: `${address()} cannot be reached`,
      cause: 'not connected',
    });
    broker.open(recorder.receive);
    await eventually('a line is logged', () => logged.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(new RegExp(`^warn: Cannot reach ${address()}, retrying: .+`));
    await expect(broker.publish([message('1')])).rejects.toThrow(Unreachable);

    await server.ensureRunning();
    await eventually('it is ready', isReady);
    await broker.publish([message('1')]);
  });

  it('reconnects after an outage, and logs each outage once', async () => {
    const other = await start();
    for (const n of [1, 2]) {
      await server.kill();
      await eventually('the outage is logged', () =>
        logged.includes(`warn: Lost the connection to ${address()}, reconnecting`),
      );
      await expect(broker.publish([message(`lost ${n}`)])).rejects.toThrow(Unreachable);
      await server.ensureRunning();
      await eventually('it is back', () => logged.includes(`log: ${address()} is back`));
      expect(logged).toHaveLength(2);
      logged.length = 0;
      await eventually('it publishes', isReady);
      await other.send('in', `after ${n}`);
      await eventually('it is received', () => recorder.bodies.includes(`after ${n}`), REDELIVERED_MS);
      await eventually('it is acknowledged', async () => (await left()) === 0);
    }
  });

  it('receives again from a stream whose numbers a killed server has lost', async () => {
    const other = await start();
    await withManager(async ({ consumers }) => {
      const { config } = await consumers.info('earmark_in', 'earmark');
      await consumers.update('earmark_in', 'earmark', { ...config, max_deliver: 9 });
    });
    await other.send('in', 'before');
    await eventually('it is received', () => received.length === 1);
    await broker.stopReceiving();
    await broker.close();
    const folder = join(server.folder, 'jetstream/$G/streams/earmark_in');
    await eventually('the server has noted it', () => existsSync(join(folder, 'obs/earmark/o.dat')));
    await server.kill();
    await rm(join(folder, 'msgs'), { recursive: true });
    await server.ensureRunning();
    const places = async () =>
      withManager(async ({ streams, consumers }) => [
        (await consumers.info('earmark_in', 'earmark')).delivered.stream_seq,
        (await streams.info('earmark_in')).state.last_seq,
      ]);
    expect(await places()).toEqual([1, 0]);

    broker = new JetStreamBroker(server.url, CHANNELS);
    broker.open(recorder.receive);
    await eventually('it is ready', isReady);
    await other.send('in', 'after');
    await eventually('it is received', () => recorder.bodies.includes('after'), REDELIVERED_MS);
    expect(logged).toContain(
      `warn: ${address()} has lost the position in in; its messages are delivered again`,
    );
    const { config } = await withManager(({ consumers }) => consumers.info('earmark_in', 'earmark'));
    expect(config).toMatchObject({ max_deliver: 9, max_ack_pending: 1 });
  });

  it.each(['$JS.API.INFO', '$JS.API.CONSUMER.INFO'])(
    'does not wait for the answer to %s that was lost with the connection',
    async (request) => {
      await server.ensureRunning();
      const wire = await LossyWire.to(server.port);
      broker = new JetStreamBroker(`nats://127.0.0.1:${wire.port}`, CHANNELS);
      broker.open(recorder.receive);
      await eventually('it is ready', isReady);
      outside = await externalSystemOverJetStream(server.url);

      wire.lose(request);
      wire.cut();
      await eventually('a request was lost', () => wire.lost > 0);
      wire.lose(null);
      wire.cut();
      await outside.send('in', 'text');
      await eventually('it is received', () => received.length === 1, REDELIVERED_MS);
      // The client's own time for an answer has not passed: that would be a warning.
      const around = [/^warn: Lost the connection/, /^log: .* is back$/].map((line) =>
        expect.stringMatching(line),
      );
      expect(logged).toEqual([...around, ...around]);
      await broker.stopReceiving();
      await broker.close();
      await wire.close();
    },
  );

  it('stops at once while it waits for messages or for a server', async () => {
    await start();
    await broker.stopReceiving();
    await broker.close();
    const searching = new JetStreamBroker('nats://127.0.0.1:1', CHANNELS);
    searching.open(recorder.receive);
    await searching.stopReceiving();
    await searching.close();
  });

  it.each([
    ['user:hunter2', 'user: user, password: hunter2'],
    ['hunter2', 'token: hunter2'],
  ])('logs in with %s, and does not log it', async (credentials, authorization) => {
    await server.remove();
    server = await aNats(`authorization { ${authorization} }`);
    await server.ensureRunning();
    broker = new JetStreamBroker(server.url.replace('//', `//${credentials}@`), CHANNELS);
    broker.open(recorder.receive);
    await eventually('it is ready', isReady);
    // Until its request for messages has reached the server: stopping waits for one that is on its way.
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.kill();
    await eventually('the outage is logged', () => logged.length > 0);
    expect(logged).toEqual([`warn: Lost the connection to ${address()}, reconnecting`]);
    await expect(broker.publish([message('1')])).rejects.not.toThrow(/hunter2/);
  });
});
