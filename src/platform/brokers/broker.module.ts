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
import { DeadLettersController } from '../dead-letters-api/dead-letters.controller.js';
import { publisherOver } from './messages/publisher.js';
import { Receiver } from './messages/receiver.js';
import { LeaderLease } from './messages/leader-lease.js';

/** Publishes and receives messages over the configured brokers. By default there is none. */
@Module({})
export class BrokerModule {
  static async forRoot(
    { postgres, unitOfWork, subscriptions }: Kernel,
    settings: Pick<Settings, 'redisUrl' | 'natsUrl' | 'natsReplicas'>,
    registry: Registry,
  ): Promise<DynamicModule> {
    const brokers = await brokersOf(settings, registry);
    return {
      module: BrokerModule,
      imports: [CqrsModule, DiscoveryModule, postgres, unitOfWork, subscriptions],
      controllers: [AsyncApiController, DeadLettersController],
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

/** Each library is loaded only if its broker is set: most services have none, and start sooner. */
async function brokersOf(
  { redisUrl, natsUrl, natsReplicas }: Pick<Settings, 'redisUrl' | 'natsUrl' | 'natsReplicas'>,
  registry: Registry,
): Promise<Broker[]> {
  const incoming = incomingOf(registry).map(({ name }) => name);
  const outgoing = outgoingOf(registry).map(({ name }) => name);
  const brokers: Broker[] = [];
  if (redisUrl) {
    const { RedisBroker } = await import('./redis/redis-broker.js');
    brokers.push(new RedisBroker(redisUrl, incoming));
  }
  if (natsUrl) {
    const { JetStreamBroker } = await import('./jetstream/jetstream-broker.js');
    brokers.push(new JetStreamBroker(natsUrl, { incoming, outgoing }, natsReplicas));
  }
  return brokers;
}
