import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { DomainEvent } from '../../kernel/domain/events.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { currentMeter, initialiseAtZero, onCollect } from '../../kernel/metrics/instruments.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import { CountHolds } from '../queries/count-holds.js';

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
    const expired = meter.createCounter('earmark.holds.expired', {
      unit: '{line}',
      description: 'Order lines whose hold expired.',
    });
    initialiseAtZero(expired, {});
    this.log.onAnnounced((types, events) => {
      if (!types.has('LineReleased')) return;
      const count = expiredIn(events);
      if (count > 0) expired.add(count);
    });
    this.#stop = onCollect([holds], async (result) => {
      result.observe(holds, await this.queries.execute(new CountHolds()));
    });
  }

  onApplicationShutdown(): void {
    this.#stop();
  }
}

function expiredIn(events: readonly DomainEvent[]): number {
  return (events as readonly AllocationEvent[]).filter(
    (event) => event.type === 'LineReleased' && event.data.reason === 'expired',
  ).length;
}
