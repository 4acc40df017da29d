import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { currentMeter, onCollect } from '../../kernel/metrics/instruments.js';
import { CountHolds } from '../queries/count-holds.js';
import { countEvents } from './count-events.js';

/** Measures how many lines are held, and counts those whose hold expired. */
@Injectable()
export class HoldMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  #stop: () => void = () => undefined;

  constructor(
    private readonly log: EventLog,
    private readonly queries: QueryBus,
  ) {}

  onApplicationBootstrap(): void {
    const meter = currentMeter();
    const holds = meter.createObservableGauge('earmark.holds', {
      unit: '{line}',
      description: 'Order lines that are held and not confirmed.',
    });
    const expired = meter.createCounter('earmark.holds_expired', {
      unit: '{line}',
      description: 'Order lines whose hold expired.',
    });
    countEvents(this.log, expired, ['LineReleased'], ({ data }) => data.reason === 'expired');
    this.#stop = onCollect([holds], async (result) => {
      result.observe(holds, await this.queries.execute(new CountHolds()));
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}
