import { CommandBus } from '@nestjs/cqrs';
import type { OutOfStock } from '../../allocation/allocation.contract.js';
import type { BatchesEvent } from '../../batches/batches.contract.js';
import type { StoredEvent } from '../../shared/domain/events.js';
import { Subscription, type Reaction } from '../../shared/subscriptions/subscriber.js';
import { CountRefusals } from '../commands/count-refusals.js';
import { EndShortage } from '../commands/end-shortage.js';

type Heard = OutOfStock | BatchesEvent;

/** A SKU is short from the first line that is refused until stock of it comes. */
@Subscription({
  name: 'notifications.alerts',
  hears: [
    'OutOfStock',
    'BatchRegistered',
    'BatchQuantityChanged',
    'BatchRescheduled',
  ] satisfies Heard['type'][],
})
export class FollowShortages implements Reaction {
  constructor(private readonly commands: CommandBus) {}

  async react(event: StoredEvent): Promise<void> {
    const command = commandFor(event as StoredEvent<Heard>);
    if (command) await this.commands.execute(command);
  }
}

function commandFor(event: StoredEvent<Heard>) {
  const { sku } = event.data;
  if (event.type === 'OutOfStock') {
    const { refusals: lines, units, available } = event.data;
    return new CountRefusals(sku, { lines, units, available }, event.occurredAt);
  }
  return isStockComing(event) ? new EndShortage(sku, event.occurredAt) : null;
}

function isStockComing({ type, data }: BatchesEvent): boolean {
  switch (type) {
    case 'BatchRegistered':
      return true;
    case 'BatchQuantityChanged':
      return data.quantity > data.previousQuantity;
    case 'BatchRescheduled':
      return data.eta === null;
  }
}
