import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { metrics, onCollect } from '../metrics/instruments.js';

/**
 * How far each subscription has read. Counting its unread events would take longest when it matters most, so positions
 * are subtracted: they have gaps, so the number is a little more than `GET /v1/subscriptions` counts.
 */
const HOW_FAR = `
  select name, greatest(head.position - subscription.position, 0) as unread,
         coalesce(greatest(extract(epoch from clock_timestamp() - next.occurred_at), 0), 0)::float8 as seconds,
         (select count(*) from event_log.set_aside
           where subscription = name and state = 'parked') as parked
    from event_log.subscription
   cross join (select coalesce(max(position), 0) as position from event_log.event) as head
    left join lateral (
         select occurred_at from event_log.event
          where event.position > subscription.position order by position limit 1) as next on true`;

interface HowFar {
  readonly name: string;
  readonly unread: number;
  readonly seconds: number;
  readonly parked: number;
}

/** Publishes how far each subscription has read. */
@Injectable()
export class SubscriptionMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  #stop: () => void = () => undefined;

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    const { lag, lagDuration, parked: waiting } = metrics;
    this.#stop = onCollect([lag, lagDuration, waiting], async (result) => {
      for (const { name, unread, seconds, parked } of await this.dataSource.query<HowFar[]>(HOW_FAR)) {
        const labels = { subscription: name };
        result.observe(lag, unread, labels);
        result.observe(lagDuration, seconds, labels);
        result.observe(waiting, parked, labels);
      }
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}
