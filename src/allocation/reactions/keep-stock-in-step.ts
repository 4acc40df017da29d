import { CommandBus } from '@nestjs/cqrs';
import type { BatchesEvent } from '../../batches/contract/batches.contract.js';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { Subscription, type Reaction } from '../../kernel/subscriptions/readers/subscription.js';
import { AddStock } from '../commands/add-stock.js';
import { RescheduleStock } from '../commands/reschedule-stock.js';
import { ResizeStock } from '../commands/resize-stock.js';

/** What `batches` says was bought becomes stock that can be promised. */
@Subscription({
  name: 'allocation.stock',
  events: ['BatchRegistered', 'BatchQuantityChanged', 'BatchRescheduled'] satisfies BatchesEvent['type'][],
  readYourWrites: true,
})
export class KeepStockInStep implements Reaction {
  constructor(private readonly commands: CommandBus) {}

  async react(event: StoredEvent): Promise<void> {
    await this.commands.execute(commandFor(event as StoredEvent<BatchesEvent>));
  }
}

function commandFor({ type, data }: BatchesEvent) {
  switch (type) {
    case 'BatchRegistered':
      return new AddStock(data.sku, data);
    case 'BatchQuantityChanged':
      return new ResizeStock(data.sku, data.batchReference, data.quantity);
    case 'BatchRescheduled':
      return new RescheduleStock(data.sku, data.batchReference, data.eta);
  }
}
