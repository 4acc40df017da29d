import type { BatchesEvent, BatchMoved } from '../../batches/contract/batches.contract.js';
import type { DomainEvent } from '../../kernel/domain/events.js';
import { Subscription, type Participant } from '../../kernel/subscriptions/readers/subscription.js';
import type { Change } from '../../kernel/unit-of-work/participants.js';
import type { Product } from '../domain/product.js';
import { Stock, type ProductNeed } from '../domain/stock.js';

/** Lets a batch move in the transaction of `batches`, unless units of it are claimed: lines were promised them where it is. */
@Subscription({ name: 'allocation.moves', events: ['BatchMoved'] satisfies BatchesEvent['type'][] })
export class DecideMoves implements Participant {
  constructor(private readonly stock: Stock) {}

  /** Refused with `BatchClaimed` if units are claimed. */
  beforeCommit(event: DomainEvent): Change<Product, ProductNeed> {
    const { sku, batchReference, location } = (event as BatchMoved).data;
    return {
      store: this.stock.products,
      need: { sku, batchReference, frees: 0 },
      run: (product) => product.supply.move(batchReference, location),
    };
  }
}
