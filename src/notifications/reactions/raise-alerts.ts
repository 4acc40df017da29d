import { CommandBus } from '@nestjs/cqrs';
import type {
  BatchOverdue,
  LineDeallocated,
  OutOfStock,
} from '../../allocation/contract/allocation.contract.js';
import type { BatchesEvent } from '../../batches/contract/batches.contract.js';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { Subscription, type Reaction } from '../../kernel/subscriptions/readers/subscription.js';
import { CountRefusals } from '../commands/count-refusals.js';
import { EndShortage } from '../commands/end-shortage.js';
import { ReportLostPromise } from '../commands/report-lost-promise.js';
import { ReportOverdueBatch } from '../commands/report-overdue-batch.js';

type Heard = OutOfStock | LineDeallocated | BatchOverdue | BatchesEvent;

/** The buyers get an alert when a SKU runs short, when orders lose their promises, and when a batch is overdue. */
@Subscription({
  name: 'notifications.alerts',
  events: [
    'OutOfStock',
    'LineDeallocated',
    'BatchOverdue',
    'BatchRegistered',
    'BatchQuantityChanged',
    'BatchRescheduled',
  ] satisfies Heard['type'][],
})
export class RaiseAlerts implements Reaction {
  constructor(private readonly commands: CommandBus) {}

  async react(event: StoredEvent): Promise<void> {
    const command = commandFor(event as StoredEvent<Heard>);
    if (command) await this.commands.execute(command);
  }
}

function commandFor(event: StoredEvent<Heard>) {
  const { position, occurredAt, type, data } = event;
  const { sku } = data;
  switch (type) {
    case 'OutOfStock': {
      const { refusals: lines, units, available } = data;
      return new CountRefusals(sku, { lines, units, available }, occurredAt);
    }
    case 'LineDeallocated': {
      // A line that was cancelled on request has lost nothing, and who makes a reallocation run sees what it takes.
      if (data.reason !== 'batch-shrunk') return null;
      const { orderId, quantity, productVersion, batchReference } = data;
      const promise = { position, orderId, quantity, productVersion, lostAt: occurredAt };
      return new ReportLostPromise(sku, batchReference, promise);
    }
    case 'BatchOverdue': {
      const { batchReference, eta, lines, units } = data;
      return new ReportOverdueBatch(sku, batchReference, eta, lines, units);
    }
    case 'BatchRegistered':
    case 'BatchQuantityChanged':
    case 'BatchRescheduled':
    case 'BatchLotChanged':
      return bringsStock(event) ? new EndShortage(sku, occurredAt) : null;
  }
}

function bringsStock({ type, data }: BatchesEvent): boolean {
  switch (type) {
    case 'BatchRegistered':
      return true;
    case 'BatchQuantityChanged':
      // Below 0, it is corrected, and no units come.
      return data.quantity > Math.max(data.previousQuantity, 0);
    case 'BatchRescheduled':
      return data.eta === null;
    case 'BatchLotChanged':
      return false;
  }
}
