import { CommandBus } from '@nestjs/cqrs';
import type { BatchesEvent, BatchMoved, BatchRegistered } from '../../batches/contract/batches.contract.js';
import type { DomainEvent, StoredEvent } from '../../kernel/domain/events.js';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import {
  Subscription,
  type Participant,
  type Reaction,
} from '../../kernel/subscriptions/readers/subscription.js';
import type { Change } from '../../kernel/unit-of-work/participants.js';
import { MOST_UNITS } from '../../vocabulary/quantity.js';
import { AddBatch, addBatch, needOfAddBatch } from '../commands/add-batch.js';
import { ChangeLot } from '../commands/change-lot.js';
import { RescheduleBatch } from '../commands/reschedule-batch.js';
import { ChangeQuantity } from '../commands/change-quantity.js';
import type { Product } from '../domain/product.js';
import { Stock, type ProductNeed } from '../domain/stock.js';

type Heard = Exclude<BatchesEvent, BatchMoved>;

/**
 * Keeps the batches of each product as `batches` has them, so that they can be promised. A new one is there with its
 * registration: that is the first event of a batch, so there is none before it that has to be handled first. Changes of it
 * follow one after the other.
 */
@Subscription({
  name: 'allocation.stock',
  events: [
    'BatchRegistered',
    'BatchQuantityChanged',
    'BatchRescheduled',
    'BatchLotChanged',
  ] satisfies Heard['type'][],
  takesPartIn: ['BatchRegistered'] satisfies Heard['type'][],
  readYourWrites: true,
})
export class MirrorBatches implements Reaction, Participant {
  constructor(
    private readonly commands: CommandBus,
    private readonly stock: Stock,
    private readonly calendar: Calendar,
  ) {}

  beforeCommit(event: DomainEvent): Change<Product, ProductNeed> {
    const { data } = event as BatchRegistered;
    const add = new AddBatch(data.sku, { ...data, registeredAt: this.calendar.now() });
    return {
      store: this.stock.products,
      need: needOfAddBatch(add),
      run: (product) => addBatch(product, add),
    };
  }

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
