import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Broker, OutgoingMessage } from '../../../../src/platform/brokers/channels/broker.js';
import type { Registry } from '../../../../src/platform/brokers/channels/channel.js';
import { publisherOver } from '../../../../src/platform/brokers/messages/publisher.js';
import type { StoredEvent } from '../../../../src/kernel/domain/events.js';
import { metrics } from '../../../../src/kernel/metrics/instruments.js';

afterEach(() => {
  jest.restoreAllMocks();
});

const channel = (name: string, ...publishes: string[]) => ({
  name,
  direction: 'out',
  publishes,
  messageOf: ({ id }: StoredEvent) => ({ id, channel: name, key: 'k', body: Buffer.from(name) }),
});
const registry = {
  channels: [channel('sold', 'Sold'), channel('all', 'Sold', 'Returned'), channel('lost', 'Lost')],
} as unknown as Registry;

describe('An event', () => {
  it('is published on each channel that lists its type, and counted by channel', async () => {
    const add = jest.spyOn(metrics.messagesOut, 'add');
    const published: OutgoingMessage[] = [];
    const broker = {
      name: 'test',
      publish: (messages: readonly OutgoingMessage[]) => Promise.resolve(void published.push(...messages)),
    } as unknown as Broker;
    const Publisher = publisherOver(broker, registry);
    const event = (id: string, type: string) => ({ id, type, traceparent: `trace of ${id}` }) as StoredEvent;
    await new Publisher().deliverBatch!([event('1', 'Sold'), event('2', 'Returned'), event('3', 'Other')]);

    expect(published.map(({ id, channel: on, traceparent }) => [id, on, traceparent])).toEqual([
      ['1', 'sold', 'trace of 1'],
      ['1', 'all', 'trace of 1'],
      ['2', 'all', 'trace of 2'],
    ]);
    const counted = add.mock.calls.map(([count, labels]) => [count, labels?.['messaging.destination.name']]);
    expect(counted).toEqual([
      [1, 'sold'],
      [2, 'all'],
    ]);
  });
});
