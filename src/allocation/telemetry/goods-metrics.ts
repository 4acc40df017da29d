import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { DomainEvent } from '../../kernel/domain/events.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import { currentMeter, initialiseAtZero } from '../../kernel/metrics/instruments.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';

const DISPOSITIONS = ['restock', 'scrap'] as const;

/** Counts shipments and units that came back, once they are committed. */
@Injectable()
export class GoodsMetrics implements OnApplicationBootstrap {
  constructor(private readonly log: EventLog) {}

  onApplicationBootstrap(): void {
    const meter = currentMeter();
    const shipments = meter.createCounter('earmark.shipments', {
      unit: '{shipment}',
      description: 'Shipments that were written, those that were cancelled later included.',
    });
    const returned = meter.createCounter('earmark.units.returned', {
      unit: '{unit}',
      description: 'Units that came back, by what became of them.',
    });
    initialiseAtZero(shipments, {});
    for (const disposition of DISPOSITIONS) initialiseAtZero(returned, { disposition });
    this.log.onAnnounced((types, events) => {
      if (types.has('LineShipped')) shipments.add(shipmentsIn(events));
      if (!types.has('LineReturned')) return;
      for (const disposition of DISPOSITIONS) {
        const units = unitsReturnedIn(events, disposition);
        if (units > 0) returned.add(units, { disposition });
      }
    });
  }
}

/** Each line of a shipment has an event of its own, and all of them are of one transaction. */
function shipmentsIn(events: readonly DomainEvent[]): number {
  const ids = (events as readonly AllocationEvent[]).flatMap((event) =>
    event.type === 'LineShipped' ? event.data.shipmentId : [],
  );
  return new Set(ids).size;
}

function unitsReturnedIn(events: readonly DomainEvent[], disposition: (typeof DISPOSITIONS)[number]): number {
  return (events as readonly AllocationEvent[]).reduce(
    (sum, event) =>
      event.type === 'LineReturned' && event.data.disposition === disposition
        ? sum + event.data.quantity
        : sum,
    0,
  );
}
