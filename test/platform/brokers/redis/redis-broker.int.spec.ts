import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { RedisBroker } from '../../../../src/platform/brokers/redis/redis-broker.js';
import { Unreachable } from '../../../../src/kernel/subscriptions/readers/subscription.js';
import { aRedis, describeWith, type ServerProcess } from '../../../support/brokers.js';
import { eventually } from '../../../support/eventually.js';
import { outsideOverRedis, type Outside } from '../../../support/outside.js';
import { signal } from '../../../support/signal.js';
import { brokerContract, takeNotes } from '../broker.contract.js';

const MIB = 1024 * 1024;

describeWith('redis-server', 'The broker over Redis', () => {
  let server: ServerProcess & { url: string };
  let broker: RedisBroker;
  let outside: Outside | undefined;
  const notes = takeNotes();
  const { received, told } = notes;
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
  const place = () => `Redis at 127.0.0.1:${server.port}`;

  async function start(receive = notes.take): Promise<Outside> {
    await server.start();
    broker.open(receive);
    outside = await outsideOverRedis(server.url);
    return outside;
  }

  brokerContract(notes, {
    name: 'redis',
    start,
    stopReceiving: () => broker.stopReceiving(),
    ids: [null, null],
    again: () => 'warn: A message of in has to wait: not now',
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
      await eventually('all are heard', async () => (await other.heard()).length === 3 && other.heard()),
    ).toEqual([1, 2, 3]);
  });

  it('cannot publish while nobody is there, says so once, and once when it is back', async () => {
    broker.open(notes.take);
    await expect(broker.publish(out('1'))).rejects.toThrow(Unreachable);
    await eventually('the log is told', () => told.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(told).toEqual([
      `warn: ${place()} cannot be reached, will keep trying: connect ECONNREFUSED ${place().slice(9)}`,
    ]);

    await server.start();
    await eventually('it is back', () => told.length === 2);
    expect(told[1]).toBe(`log: ${place()} is back`);
  });

  it('listens again where the server was away, and tells of each outage once', async () => {
    await start();
    for (const n of [1, 2]) {
      await server.stop();
      await eventually('it is missed', () => told.length === 2 * n - 1);
      await server.start();
      await eventually('it is back', () => told.length === 2 * n);
      await outside!.send('in', `after ${n}`);
      await eventually('it is heard', () => received.length === n);
    }
    await expect(server.stop().then(() => broker.publish(out('1')))).rejects.toThrow(place());
  });

  it('does not tell the log what opens the door', async () => {
    broker = new RedisBroker(server.url.replace('//', '//user:hunter2@'), ['in']);
    broker.open(notes.take);
    await expect(broker.publish(out('1'))).rejects.toThrow(place());
    await eventually('the log is told', () => told.length > 0);
    expect(told.join()).not.toContain('hunter2');
  });

  it('tries again where it may not listen, and tells the log why', async () => {
    await server.start();
    const operator = new Redis(server.url);
    await operator.acl('SETUSER', 'limited', 'on', '>hunter2', '&*', '+@all', '-subscribe');
    broker = new RedisBroker(server.url.replace('//', '//limited:hunter2@'), ['in']);
    broker.open(notes.take);
    await eventually('it has tried again', () => told.length >= 2);
    expect(told[0]).toMatch(new RegExp(`^warn: ${place()} lets us not listen: NOPERM`));
    await operator.acl('SETUSER', 'limited', '+subscribe');
    outside = await outsideOverRedis(server.url);
    await outside.send('in', 'text');
    await eventually('it is heard', () => received.length === 1);
    operator.disconnect();
  });

  it('does not try again to listen when it was stopped meanwhile', async () => {
    const [isAsked, goOn] = [signal(), signal()];
    const disconnect = jest.spyOn(Redis.prototype, 'disconnect');
    jest.spyOn(Redis.prototype, 'subscribe').mockImplementation(async () => {
      isAsked.give();
      await goOn.given;
      throw new Error('NOPERM');
    });
    await server.start();
    broker.open(notes.take);
    await isAsked.given;
    await broker.stopReceiving();
    goOn.give();
    await eventually('the log is told', () => told.length > 0);
    expect(disconnect).not.toHaveBeenCalledWith(true);
  });

  it('keeps so much waiting and no more, and the log has what is lost', async () => {
    const goOn = signal();
    const other = await start(async (message) => {
      await goOn.given;
      await notes.take(message);
    });
    const large = 'x'.repeat(8 * MIB);
    for (let n = 0; n < 8; n++) await other.send('in', large);
    await other.send('in', `lost${large}`);
    await eventually('the log is told', () => told.length > 0);
    expect(told).toEqual([`error: Too much is waiting; lost a message of in: lost${'x'.repeat(996)}`]);
    goOn.give();
    await eventually('all that waited have come', () => received.length === 8);
    await other.send('in', large);
    await eventually('there is room again', () => received.length === 9);
    expect(told).toHaveLength(1);
  });

  it('keeps no more than so many waiting', async () => {
    const goOn = signal();
    const other = await start(async (message) => {
      await goOn.given;
      await notes.take(message);
    });
    for (let n = 0; n <= 10_000; n += 1_000)
      await Promise.all(Array.from({ length: Math.min(1_000, 10_001 - n) }, () => other.send('in', 'small')));
    await eventually('the log is told', () => told.length > 0);
    expect(told).toEqual(['error: Too much is waiting; lost a message of in: small']);
    goOn.give();
    await eventually('all that waited have come', () => received.length === 10_000);
  });

  it('tries a message no longer when it is stopped', async () => {
    const other = await start(() => Promise.reject(new Error('never')));
    await other.send('in', 'text');
    await eventually('it was tried', () => told.length > 1);
    await broker.stopReceiving();
    const { length } = told;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told).toHaveLength(length);
  });
});
