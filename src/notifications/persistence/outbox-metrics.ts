import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { currentMeter, onCollect } from '../../kernel/metrics/instruments.js';

/** Measures how many alerts are waiting to be sent. */
@Injectable()
export class OutboxMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  #stop: () => void = () => undefined;

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    const waiting = currentMeter().createObservableGauge('earmark.mails_pending', {
      unit: '{mail}',
      description: 'Alerts that are waiting to be sent.',
    });
    this.#stop = onCollect([waiting], async (result) => {
      const [row] = await this.dataSource.query<{ pending: number }[]>(
        `select count(*) as pending from notifications.notification where state = 'pending'`,
      );
      result.observe(waiting, row!.pending);
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}
