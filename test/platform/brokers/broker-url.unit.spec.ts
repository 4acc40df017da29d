import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Broker } from '../../../src/platform/brokers/channels/broker.js';
import { JetStreamBroker } from '../../../src/platform/brokers/jetstream/jetstream-broker.js';
import { asToken } from '../../../src/platform/brokers/jetstream/jetstream-publishing.js';
import { RedisBroker } from '../../../src/platform/brokers/redis/redis-broker.js';
import { Unreachable } from '../../../src/kernel/subscriptions/readers/subscription.js';
import { eventually } from '../../../testing/eventually.js';

const logged: string[] = [];
for (const level of ['log', 'warn', 'error'] as const) {
  jest.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => void logged.push(String(line)));
}

const brokers: [string, () => Broker][] = [
  ['Redis', () => new RedisBroker('redis://user:s3cret@127.0.0.1:1', ['in'])],
  [
    'NATS',
    () => new JetStreamBroker('nats://user:s3cret@127.0.0.1:1', { incoming: ['in'], outgoing: ['out'] }),
  ],
];

describe.each(brokers)('%s that is away', (name, broker) => {
  let open: Broker;
  afterEach(async () => {
    await open.stopReceiving();
    await open.close();
  });

  it('is logged by its address, never with its password', async () => {
    logged.length = 0;
    open = broker();
    open.open(() => Promise.resolve());
    await eventually('it is logged', () => logged.length > 0);
    const message = { id: 'event-1', channel: 'out', key: 'LAMP', body: Buffer.from('{}') };
    const failure = await open.publish([message]).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(Unreachable);
    expect(logged[0]).toContain(`Cannot reach ${name} at 127.0.0.1:1`);
    expect([...logged, String(failure), JSON.stringify(failure)].join()).not.toContain('s3cret');
  });
});

describe('An ordering key in a NATS subject', () => {
  it.each([
    ['SMALL-TABLE', 'SMALL-TABLE'],
    ['a.b', 'a%2Eb'],
    ['a b', 'a%20b'],
    ['*', '%2A'],
    ['>', '%3E'],
    ['50%', '50%25'],
    ['Lämpchen', 'L%C3%A4mpchen'],
  ])('is one token: %s', (key, token) => {
    expect(asToken(key)).toBe(token);
  });
});
