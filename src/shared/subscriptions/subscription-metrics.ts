import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { measured, onCollect } from '../telemetry/instruments.js';
import { listSubscriptions } from './list-subscriptions.js';

/** Tells how far each subscription is, as `GET /v1/subscriptions` does. */
@Injectable()
export class SubscriptionMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #dataSource: DataSource;
  #stop: () => void = () => undefined;

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
  }

  onApplicationBootstrap(): void {
    const { lag: unread, lagDuration, parked: waiting } = measured;
    this.#stop = onCollect([unread, lagDuration, waiting], async (result) => {
      for (const { name, lag, parked } of await listSubscriptions(this.#dataSource)) {
        const labels = { subscription: name };
        result.observe(unread, lag.events, labels);
        result.observe(lagDuration, lag.seconds, labels);
        result.observe(waiting, parked, labels);
      }
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}
