import { Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { Kernel } from '../../kernel/kernel.js';
import type { Settings } from '../config/settings.js';
import { EVENT_SCHEMAS } from '../schemas/event-schemas.js';
import { AsyncApiController } from './asyncapi/async-api.controller.js';
import type { Broker } from './channels/broker.js';
import { BROKERS, BrokerLifecycle } from './broker-lifecycle.js';
import { incomingOf, outgoingOf, REGISTRY, type Registry } from './channels/channel.js';
import { DeadLetterRetry } from './messages/dead-letter-retry.js';
import { JetStreamBroker } from './jetstream/jetstream-broker.js';
import { publisherOver } from './messages/publisher.js';
import { Receiver } from './messages/receiver.js';
import { RedisBroker } from './redis/redis-broker.js';
import { LeaderLease } from './messages/leader-lease.js';

/** Publishes and receives messages over the configured brokers. By default there is none. */
@Module({})
export class BrokerModule {
  static forRoot(
    { postgres, unitOfWork, subscriptions }: Kernel,
    settings: Pick<Settings, 'redisUrl' | 'natsUrl'>,
    registry: Registry,
  ): DynamicModule {
    const brokers = brokersOf(settings, registry);
    return {
      module: BrokerModule,
      imports: [CqrsModule, DiscoveryModule, postgres, unitOfWork, subscriptions],
      controllers: [AsyncApiController],
      providers: [
        { provide: REGISTRY, useValue: registry },
        { provide: EVENT_SCHEMAS, useValue: registry.eventSchemas },
        { provide: BROKERS, useValue: brokers },
        Receiver,
        DeadLetterRetry,
        LeaderLease,
        BrokerLifecycle,
        ...brokers.map((broker) => publisherOver(broker, registry)),
      ],
    };
  }
}

function brokersOf(
  { redisUrl, natsUrl }: Pick<Settings, 'redisUrl' | 'natsUrl'>,
  registry: Registry,
): Broker[] {
  const incoming = incomingOf(registry).map(({ name }) => name);
  const outgoing = outgoingOf(registry).map(({ name }) => name);
  return [
    ...(redisUrl ? [new RedisBroker(redisUrl, incoming)] : []),
    ...(natsUrl ? [new JetStreamBroker(natsUrl, { incoming, outgoing })] : []),
  ];
}
