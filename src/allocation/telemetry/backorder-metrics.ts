import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { currentMeter, onCollect } from '../../kernel/metrics/instruments.js';
import { CountBackorders } from '../queries/count-backorders.js';
import { countEvents } from './count-events.js';

/** Measures how many lines wait and for how many units, and counts those that got theirs. */
@Injectable()
export class BackorderMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  #stop: () => void = () => undefined;

  constructor(
    private readonly log: EventLog,
    private readonly queries: QueryBus,
  ) {}

  onApplicationBootstrap(): void {
    const meter = currentMeter();
    const lines = meter.createObservableGauge('earmark.backorders', {
      unit: '{line}',
      description: 'Order lines that wait for units.',
    });
    const units = meter.createObservableGauge('earmark.backorders_units', {
      unit: '{unit}',
      description: 'Units that order lines wait for.',
    });
    const served = meter.createCounter('earmark.backorders_served', {
      unit: '{line}',
      description: 'Order lines that have waited and got their units.',
    });
    countEvents(this.log, served, ['LineAllocated', 'LineHeld'], ({ data }) => data.from === 'backorder');
    this.#stop = onCollect([lines, units], async (result) => {
      const waiting = await this.queries.execute(new CountBackorders());
      result.observe(lines, waiting.lines);
      result.observe(units, waiting.units);
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}
