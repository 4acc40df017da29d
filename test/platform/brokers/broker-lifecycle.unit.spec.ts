import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DiscoveryService } from '@nestjs/core';
import type { Broker, IncomingMessage, Receive } from '../../../src/platform/brokers/channels/broker.js';
import { BrokerLifecycle } from '../../../src/platform/brokers/broker-lifecycle.js';
import type { Registry } from '../../../src/platform/brokers/channels/channel.js';
import { InvalidChannel } from '../../../src/platform/brokers/channels/check-registry.js';
import type { Receiver } from '../../../src/platform/brokers/messages/receiver.js';
import type { LeaderLease } from '../../../src/platform/brokers/messages/leader-lease.js';

class Sell {}

const channel = (name: string, direction: 'in' | 'out') => ({
  name,
  direction,
  command: Sell,
  publishes: [],
});
const registry = {
  eventTypes: [],
  channels: [channel('first', 'in'), channel('second', 'in'), channel('third', 'out')],
} as unknown as Registry;

let done: string[];
let handOver: Record<string, Receive>;
let brokers: BrokerLifecycle;
beforeEach(() => {
  done = [];
  handOver = {};
  const ends = (what: string) => async () => {
    await Promise.resolve();
    done.push(what);
  };
  const broker = (name: string) =>
    ({
      name,
      open: (receive: Receive) => (handOver[name] = receive),
      stopReceiving: ends(`${name} receives no more`),
      close: ends(`${name} is closed`),
    }) as unknown as Broker;
  const receiver = {
    receive: (to: { name: string }, { id }: IncomingMessage) =>
      Promise.resolve(void done.push(`${id} for ${to.name}`)),
  };
  brokers = new BrokerLifecycle(
    registry,
    [broker('one'), broker('other')],
    receiver as unknown as Receiver,
    { release: ends('the turn is given up') } as unknown as LeaderLease,
    { getProviders: () => [] } as unknown as DiscoveryService,
  );
});

describe('The brokers', () => {
  it('hand what comes in to who takes it for its channel', async () => {
    brokers.onApplicationBootstrap();
    const message = { broker: 'one', body: Buffer.alloc(0), attempt: 1 };
    await handOver.one!({ ...message, channel: 'second', id: 'm-1' });
    await handOver.other!({ ...message, channel: 'first', id: 'm-2' });
    expect(done).toEqual(['m-1 for second', 'm-2 for first']);
  });

  it('let nothing more in before they give up their turn, and close at the end', async () => {
    await brokers.beforeApplicationShutdown();
    expect(done).toEqual(['one receives no more', 'other receives no more', 'the turn is given up']);
    await brokers.onApplicationShutdown();
    expect(done.slice(3)).toEqual(['one is closed', 'other is closed']);
  });

  it('stop the start where a message would lead to what nobody does', () => {
    expect(() => brokers.onModuleInit()).toThrow(InvalidChannel);
    expect(() => brokers.onModuleInit()).toThrow('The channel first runs Sell, which has no handler');
  });
});
