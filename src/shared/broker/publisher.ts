import type { Type } from '@nestjs/common';
import type { StoredEvent } from '../domain/events.js';
import { Subscription, type Delivery } from '../subscriptions/subscriber.js';
import type { Broker, OutgoingMessage } from './broker.js';
import { outgoingOf, type Registry } from './channel.js';

/** The subscription that publishes what happens over a broker: each broker has a position of its own. */
export function publisherOver(broker: Broker, registry: Registry): Type<Delivery> {
  const channels = outgoingOf(registry);
  const messagesOf = (event: StoredEvent): OutgoingMessage[] =>
    channels.filter(({ tells }) => tells.includes(event.type)).map((channel) => channel.messageOf(event));

  @Subscription({
    name: `broker.${broker.name}`,
    hears: [...new Set(channels.flatMap(({ tells }) => tells))],
  })
  class Publisher implements Delivery {
    deliver(event: StoredEvent): Promise<void> {
      return this.deliverAll([event]);
    }

    async deliverAll(events: readonly StoredEvent[]): Promise<void> {
      await broker.publish(events.flatMap(messagesOf));
    }
  }
  return Publisher;
}
