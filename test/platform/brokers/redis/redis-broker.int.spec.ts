import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisBroker } from '../../../../src/platform/brokers/redis/redis-broker.js';
import { Unreachable } from '../../../../src/kernel/subscriptions/readers/subscription.js';
import { aRedis, describeWith, type TestServer } from '../../../support/brokers.js';
import { eventually } from '../../../../testing/eventually.js';
import { externalSystemOverRedis, type ExternalSystem } from '../../../support/external-servers.js';
import { signal } from '../../../support/signal.js';
import { brokerSuite, useRecorder } from '../broker.suite.js';

const MIB = 1024 * 1024;

describeWith('redis-server', 'The Redis broker', () => {
  let server: TestServer;
  let broker: RedisBroker;
  let outside: ExternalSystem | undefined;
  const recorder = useRecorder();
  const { received, logged } = recorder;
  beforeEach(async () => {
    server = await aRedis();
    broker = new RedisBroker(server.url, ['in']);
  });
  afterEach(async () => {
    await broker.stopReceiving();
    await broker.close();
    await outside?.close();
    outside = undefined;
    await server.remove();
    jest.restoreAllMocks();
  });

  const out = (...texts: string[]) =>
    texts.map((text) => ({ id: text, channel: 'line_allocated', key: 'k', body: Buffer.from(text) }));
  const address = () => `Redis at 127.0.0.1:${server.port}`;

  async function start(receive = recorder.receive): Promise<ExternalSystem> {
    await server.ensureRunning();
    broker.open(receive);
    outside = await externalSystemOverRedis(server.url);
    return outside;
  }

  brokerSuite(recorder, {
    name: 'redis',
    start,
    stopReceiving: () => broker.stopReceiving(),
    ids: [null, null],
    retryLine: () => 'warn: Message on in will be retried: not now',
  });

  it('publishes in order', async () => {
    const other = await start();
    await eventually('it is connected', () =>
      broker.publish([]).then(
        () => true,
        () => false,
      ),
    );
    await broker.publish(out('1', '2'));
    await broker.publish(out('3'));
    expect(
      await eventually('all are received', async () => (await other.heard()).length === 3 && other.heard()),
    ).toEqual([1, 2, 3]);
  });

  it('cannot publish while the server is away, and logs the outage and the return once', async () => {
    broker.open(recorder.receive);
    await expect(broker.publish(out('1'))).rejects.toThrow(Unreachable);
    await eventually('a line is logged', () => logged.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(logged).toEqual([
      `warn: Cannot reach ${address()}, retrying: connect ECONNREFUSED ${address().slice(9)}`,
    ]);

    await server.ensureRunning();
    await eventually('it is back', () => logged.length === 2);
    expect(logged[1]).toBe(`log: ${address()} is back`);
  });

  it('subscribes again after an outage, and logs each outage once', async () => {
    await start();
    for (const n of [1, 2]) {
      await server.kill();
      await eventually('the outage is logged', () => logged.length === 2 * n - 1);
      await server.ensureRunning();
      await eventually('it is back', () => logged.length === 2 * n);
      await outside!.send('in', `after ${n}`);
      await eventually('it is received', () => received.length === n);
    }
    await expect(server.kill().then(() => broker.publish(out('1')))).rejects.toThrow(address());
  });

  it('does not log the password', async () => {
    broker = new RedisBroker(server.url.replace('//', '//user:hunter2@'), ['in']);
    broker.open(recorder.receive);
    await expect(broker.publish(out('1'))).rejects.toThrow(address());
    await eventually('a line is logged', () => logged.length > 0);
    expect(logged.join()).not.toContain('hunter2');
  });

  it('retries and logs the reason if it may not subscribe', async () => {
    await server.ensureRunning();
    const operator = new Redis(server.url);
    await operator.acl('SETUSER', 'limited', 'on', '>hunter2', '&*', '+@all', '-subscribe');
    broker = new RedisBroker(server.url.replace('//', '//limited:hunter2@'), ['in']);
    broker.open(recorder.receive);
    await eventually('it has tried again', () => logged.length >= 2);
    expect(logged[0]).toMatch(new RegExp(`^warn: Cannot subscribe on ${address()}: NOPERM`));
    await operator.acl('SETUSER', 'limited', '+subscribe');
    outside = await externalSystemOverRedis(server.url);
    await outside.send('in', 'text');
    await eventually('it is received', () => received.length === 1);
    operator.disconnect();
  });

  it('does not retry to subscribe once it is stopped', async () => {
    const [isAsked, goOn] = [signal(), signal()];
    const disconnect = jest.spyOn(Redis.prototype, 'disconnect');
    jest.spyOn(Redis.prototype, 'subscribe').mockImplementation(async () => {
      isAsked.give();
      await goOn.given;
      throw new Error('NOPERM');
    });
    await server.ensureRunning();
    broker.open(recorder.receive);
    await isAsked.given;
    await broker.stopReceiving();
    goOn.give();
    await eventually('a line is logged', () => logged.length > 0);
    expect(disconnect).not.toHaveBeenCalledWith(true);
  });

  it('buffers 64 MiB at most, and logs the message that it drops', async () => {
    const goOn = signal();
    const other = await start(async (message) => {
      await goOn.given;
      await recorder.receive(message);
    });
    // Redis itself would end a subscription that is 32 MiB behind, as one on a busy machine is.
    const operator = new Redis(server.url);
    await operator.config('SET', 'client-output-buffer-limit', 'pubsub 0 0 0');
    operator.disconnect();
    const large = 'x'.repeat(8 * MIB);
    for (let n = 0; n < 8; n++) await other.send('in', large);
    await other.send('in', `lost${large}`);
    await eventually('a line is logged', () => logged.length > 0);
    expect(logged).toEqual([`error: Receive buffer full; dropped a message on in: lost${'x'.repeat(996)}`]);
    goOn.give();
    await eventually('all buffered messages are received', () => received.length === 8);
    await other.send('in', large);
    await eventually('there is room again', () => received.length === 9);
    expect(logged).toHaveLength(1);
  });

  it('buffers 10,000 messages at most', async () => {
    const goOn = signal();
    const other = await start(async (message) => {
      await goOn.given;
      await recorder.receive(message);
    });
    for (let n = 0; n <= 10_000; n += 1_000)
      await Promise.all(Array.from({ length: Math.min(1_000, 10_001 - n) }, () => other.send('in', 'small')));
    await eventually('a line is logged', () => logged.length > 0);
    expect(logged).toEqual(['error: Receive buffer full; dropped a message on in: small']);
    goOn.give();
    await eventually('all buffered messages are received', () => received.length === 10_000);
  });

  it('does not retry a message once it is stopped', async () => {
    const other = await start(() => Promise.reject(new Error('never')));
    await other.send('in', 'text');
    await eventually('it was tried', () => logged.length > 1);
    await broker.stopReceiving();
    const { length } = logged;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(logged).toHaveLength(length);
  });
});
