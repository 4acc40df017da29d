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
import { startCounting } from './channels/message-labels.js';
import { Receiver } from './messages/receiver.js';
import { LeaderLease } from './messages/leader-lease.js';

export const BROKERS = Symbol('brokers');

/** What Nest's `@CommandHandler` notes on a handler: its command. The name is not exported. */
const HANDLED_COMMAND = '__commandHandler__';

/** Keeps the brokers that are set going, from the start of the service to its end. */
@Injectable()
export class BrokerLifecycle
  implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown
{
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(BROKERS) private readonly brokers: readonly Broker[],
    private readonly receiver: Receiver,
    private readonly turn: LeaderLease,
    private readonly discovery: DiscoveryService,
  ) {}

  /** @throws {InvalidChannel} before anything is served */
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
      startCounting(broker.name, this.registry);
      broker.open((message) => this.receiver.receive(channels.get(message.channel)!, message));
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.stopReceiving()));
    await this.turn.release();
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.brokers.map((broker) => broker.close()));
  }
}
