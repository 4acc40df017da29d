import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Type,
} from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { ICommand } from '@nestjs/cqrs';
import type { Broker } from './channels/broker.js';
import { incomingOf, REGISTRY, type Registry } from './channels/channel.js';
import { checkRegistry } from './channels/check-registry.js';
import { initialiseMessageCounts } from './channels/message-telemetry.js';
import { Receiver } from './messages/receiver.js';
import { LeaderLease } from './messages/leader-lease.js';
import { Subscriptions } from '../../kernel/subscriptions/subscriptions.js';

export const BROKERS = Symbol('brokers');

/** The metadata key under which Nest's `@CommandHandler` stores the command. Nest does not export it. */
const HANDLED_COMMAND = '__commandHandler__';

/** Opens the configured brokers when the service starts and closes them when it stops. */
@Injectable()
export class BrokerLifecycle
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(BROKERS) private readonly brokers: readonly Broker[],
    private readonly receiver: Receiver,
    private readonly lease: LeaderLease,
    private readonly discovery: DiscoveryService,
    private readonly subscriptions: Subscriptions,
  ) {}

  /** @throws {InvalidChannel} before the service accepts a request */
  onModuleInit(): void {
    const handled = this.discovery
      .getProviders()
      .map(({ metatype }) => metatype)
      .filter((provider) => typeof provider === 'function')
      .map((provider) => Reflect.getMetadata(HANDLED_COMMAND, provider) as Type<ICommand>);
    checkRegistry(this.registry, new Set(handled));
  }

  onApplicationBootstrap(): void {
    const channels = new Map(incomingOf(this.registry).map((channel) => [channel.name, channel]));
    for (const broker of this.brokers) {
      initialiseMessageCounts(broker.name, this.registry);
      broker.open((message) => this.receiver.receive(channels.get(message.channel)!, message));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.stopReceiving()));
    await this.lease.release();
  }

  /** The publishers are subscriptions, and end before the connections over which they publish. */
  async onApplicationShutdown(): Promise<void> {
    await this.subscriptions.stop();
    await Promise.all(this.brokers.map((broker) => broker.close()));
  }
}
