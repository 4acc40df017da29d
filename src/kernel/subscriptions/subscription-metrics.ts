import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { metrics, onCollect } from '../metrics/instruments.js';
import { LAG } from './lag.js';

interface Lag {
  readonly name: string;
  readonly events: number;
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
      for (const { name, events, seconds, parked } of await this.dataSource.query<Lag[]>(LAG)) {
        const labels = { subscription: name };
        result.observe(lag, events, labels);
        result.observe(lagDuration, seconds, labels);
        result.observe(waiting, parked, labels);
      }
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}
