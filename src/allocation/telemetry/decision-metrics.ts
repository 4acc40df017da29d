import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { DomainEvent } from '../../kernel/domain/events.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { currentMeter, initialiseAtZero } from '../../kernel/metrics/instruments.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';

/** Counts the lines that were allocated and refused, once they are committed. */
@Injectable()
export class DecisionMetrics implements OnApplicationBootstrap {
  constructor(private readonly log: EventLog) {}

  onApplicationBootstrap(): void {
    const meter = currentMeter();
    const allocations = meter.createCounter('earmark.allocations', {
      unit: '{line}',
      description: 'Order lines that were allocated.',
    });
    const refusals = meter.createCounter('earmark.refusals', {
      unit: '{line}',
      description: 'Order lines that were refused as out of stock.',
    });
    for (const counter of [allocations, refusals]) initialiseAtZero(counter, {});
    this.log.onAnnounced((_types, events) => {
      const { allocated, refused } = decisionsOf(events);
      if (allocated > 0) allocations.add(allocated);
      if (refused > 0) refusals.add(refused);
    });
  }
}

function decisionsOf(events: readonly DomainEvent[]): { allocated: number; refused: number } {
  let [allocated, refused] = [0, 0];
  for (const event of events as readonly AllocationEvent[]) {
    if (event.type === 'LineAllocated') allocated++;
    // Refusals of one transaction share an event.
    else if (event.type === 'OutOfStock') refused += event.data.refusals;
  }
  return { allocated, refused };
}
