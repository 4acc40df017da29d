import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DiscoveryService } from '@nestjs/core';
import type { Broker, IncomingMessage, Receive } from '../../../src/platform/brokers/channels/broker.js';
import { BrokerLifecycle } from '../../../src/platform/brokers/broker-lifecycle.js';
import type { Registry } from '../../../src/platform/brokers/channels/channel.js';
import { InvalidChannel } from '../../../src/platform/brokers/channels/check-registry.js';
import type { Receiver } from '../../../src/platform/brokers/messages/receiver.js';
import type { Subscriptions } from '../../../src/kernel/subscriptions/subscriptions.js';
import type { LeaderLease } from '../../../src/platform/brokers/messages/leader-lease.js';

class Sell {}

const channel = (name: string, direction: 'in' | 'out') => ({
  name,
  direction,
  command: Sell,
  publishes: [],
});
const registry = {
  eventSchemas: {},
  channels: [channel('first', 'in'), channel('second', 'in'), channel('third', 'out')],
} as unknown as Registry;

let done: string[];
let deliver: Record<string, Receive>;
let brokers: BrokerLifecycle;
beforeEach(() => {
  done = [];
  deliver = {};
  const ends = (what: string) => async () => {
    await Promise.resolve();
    done.push(what);
  };
  const broker = (name: string) =>
    ({
      name,
      open: (receive: Receive) => (deliver[name] = receive),
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
    { release: ends('the lease is released') } as unknown as LeaderLease,
    { getProviders: () => [] } as unknown as DiscoveryService,
    { stop: ends('the publishers have ended') } as unknown as Subscriptions,
  );
});

describe('The brokers', () => {
  it('pass each incoming message to the receiver with its channel', async () => {
    brokers.onApplicationBootstrap();
    const message = { broker: 'one', body: Buffer.alloc(0), attempt: 1 };
    await deliver.one!({ ...message, channel: 'second', id: 'm-1' });
    await deliver.other!({ ...message, channel: 'first', id: 'm-2' });
    expect(done).toEqual(['m-1 for second', 'm-2 for first']);
  });

  it('stop receiving before the lease is released, and close last', async () => {
    await brokers.beforeApplicationShutdown();
    expect(done).toEqual(['one receives no more', 'other receives no more', 'the lease is released']);
    await brokers.onApplicationShutdown();
    expect(done.slice(3)).toEqual(['the publishers have ended', 'one is closed', 'other is closed']);
  });

  it('abort start-up if a channel runs a command that has no handler', () => {
    expect(() => brokers.onModuleInit()).toThrow(InvalidChannel);
    expect(() => brokers.onModuleInit()).toThrow('The channel first runs Sell, which has no handler');
  });
});
