import { CommandBus, type Command } from '@nestjs/cqrs';
import type {
  BatchOverdue,
  LineDeallocated,
  OutOfStock,
  PromisesChanged,
} from '../../allocation/contract/allocation.contract.js';
import type {
  BatchesEvent,
  BatchQuantityChanged,
  BatchRegistered,
} from '../../batches/contract/batches.contract.js';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { Subscription, type Reaction } from '../../kernel/subscriptions/readers/subscription.js';
import { CountRefusals } from '../commands/count-refusals.js';
import { EndShortage } from '../commands/end-shortage.js';
import { ReportChangedDate } from '../commands/report-changed-date.js';
import { ReportArrival } from '../commands/report-arrival.js';
import { ReportLostPromise } from '../commands/report-lost-promise.js';
import { ReportOverdueBatch } from '../commands/report-overdue-batch.js';

type Heard = OutOfStock | LineDeallocated | BatchOverdue | PromisesChanged | BatchesEvent;

/** The buyers get an alert when a SKU runs short, when orders lose their promises, and when a batch comes late or is overdue. */
@Subscription({
  name: 'notifications.alerts',
  events: [
    'OutOfStock',
    'LineDeallocated',
    'BatchOverdue',
    'PromisesChanged',
    'BatchRegistered',
    'BatchQuantityChanged',
    'BatchRescheduled',
  ] satisfies Heard['type'][],
})
export class RaiseAlerts implements Reaction {
  constructor(private readonly commands: CommandBus) {}

  async react(event: StoredEvent): Promise<void> {
    for (const command of commandsFor(event as StoredEvent<Heard>)) await this.commands.execute(command);
  }
}

function commandsFor(event: StoredEvent<Heard>): readonly Command<void>[] {
  const { position, occurredAt, type, data } = event;
  const { sku } = data;
  switch (type) {
    case 'OutOfStock': {
      const { refusals: lines, units, available } = data;
      return [new CountRefusals(sku, { lines, units, available }, occurredAt)];
    }
    case 'LineDeallocated': {
      // A line that was cancelled on request has lost nothing, and who makes a reallocation run sees what it takes.
      if (data.reason !== 'batch-shrunk') return [];
      const { orderId, quantity, productVersion, batchReference } = data;
      const promise = { position, orderId, quantity, productVersion, lostAt: occurredAt };
      return [new ReportLostPromise(sku, batchReference, promise)];
    }
    case 'BatchOverdue': {
      const { batchReference, eta, lines, units } = data;
      return [new ReportOverdueBatch(sku, batchReference, eta, lines, units)];
    }
    case 'PromisesChanged': {
      const { batchReference, previousEta, eta, lines, units, orderIds = [] } = data;
      return [new ReportChangedDate(sku, batchReference, { previousEta, eta, lines, units, orderIds })];
    }
    case 'BatchRescheduled':
      if (data.eta !== null) return [];
      return [new EndShortage(sku, occurredAt), new ReportArrival(sku, data.batchReference)];
    case 'BatchRegistered':
    case 'BatchQuantityChanged':
      return bringsStock(event) ? [new EndShortage(sku, occurredAt)] : [];
    case 'BatchLotChanged':
    case 'BatchMoved':
      return [];
  }
}

function bringsStock({ type, data }: BatchRegistered | BatchQuantityChanged): boolean {
  // Below 0, it is corrected, and no units come.
  return type === 'BatchRegistered' || data.quantity > Math.max(data.previousQuantity, 0);
}
