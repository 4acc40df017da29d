import { CommandBus } from '@nestjs/cqrs';
import type { BatchesEvent, BatchMoved } from '../../batches/contract/batches.contract.js';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { Subscription, type Reaction } from '../../kernel/subscriptions/readers/subscription.js';
import { MOST_UNITS } from '../../vocabulary/quantity.js';
import { AddBatch } from '../commands/add-batch.js';
import { ChangeLot } from '../commands/change-lot.js';
import { RescheduleBatch } from '../commands/reschedule-batch.js';
import { ChangeQuantity } from '../commands/change-quantity.js';

type Heard = Exclude<BatchesEvent, BatchMoved>;

/** Keeps the batches of each product as `batches` has them, so that they can be promised. */
@Subscription({
  name: 'allocation.stock',
  events: [
    'BatchRegistered',
    'BatchQuantityChanged',
    'BatchRescheduled',
    'BatchLotChanged',
  ] satisfies Heard['type'][],
  readYourWrites: true,
})
export class MirrorBatches implements Reaction {
  constructor(private readonly commands: CommandBus) {}

  async react(event: StoredEvent): Promise<void> {
    await this.commands.execute(commandFor(event as StoredEvent<Heard>));
  }
}

function commandFor({ type, data, occurredAt }: StoredEvent<Heard>) {
  switch (type) {
    case 'BatchRegistered':
      return new AddBatch(data.sku, { ...data, registeredAt: occurredAt });
    case 'BatchQuantityChanged': {
      const { sku, batchReference, quantity, previousQuantity } = data;
      const movesUnits = previousQuantity >= 0 && previousQuantity <= MOST_UNITS;
      return new ChangeQuantity(sku, batchReference, quantity - previousQuantity, movesUnits);
    }
    case 'BatchLotChanged': {
      // Where it is has been decided already: see `DecideMoves`.
      const { sku, batchReference, bestBefore, blocked } = data;
      return new ChangeLot(sku, batchReference, { bestBefore, blocked });
    }
    case 'BatchRescheduled':
      return new RescheduleBatch(data.sku, data.batchReference, data.eta, occurredAt);
  }
}
