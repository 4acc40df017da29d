import type { Type } from '@nestjs/common';
import type { StoredEvent } from '../../../kernel/domain/events.js';
import { Subscription, type Delivery } from '../../../kernel/subscriptions/readers/subscription.js';
import { metrics } from '../../../kernel/metrics/instruments.js';
import type { Broker, OutgoingMessage } from '../channels/broker.js';
import { outgoingOf, type Registry } from '../channels/channel.js';
import { labelsOf, publishInSpans } from '../channels/message-telemetry.js';

/** The subscription that publishes events over a broker. Each broker has its own position in the log. */
export function publisherOver(broker: Broker, registry: Registry): Type<Delivery> {
  const channels = outgoingOf(registry);
  const messagesOf = (event: StoredEvent): OutgoingMessage[] =>
    channels
      .filter(({ publishes }) => publishes.includes(event.type))
      .flatMap((channel) => channel.messageOf(event) ?? [])
      .map((message) => ({ ...message, traceparent: event.traceparent }));

  @Subscription({
    name: `broker.${broker.name}`,
    events: [...new Set(channels.flatMap(({ publishes }) => publishes))],
  })
  class Publisher implements Delivery {
    deliver(event: StoredEvent): Promise<void> {
      return this.deliverBatch([event]);
    }

    async deliverBatch(events: readonly StoredEvent[]): Promise<void> {
      const messages = events.flatMap(messagesOf);
      await publishInSpans(messages, (traced) => broker.publish(traced));
      for (const { name } of channels) {
        const sent = messages.filter(({ channel }) => channel === name).length;
        if (sent > 0) metrics.messagesOut.add(sent, labelsOf(broker.name, name));
      }
    }
  }
  return Publisher;
}
