import { Injectable } from '@nestjs/common';
import type { BatchesEvent } from '../../batches/batches.contract.js';
import type { StoredEvent } from '../../shared/domain/events.js';
import type { Transaction } from '../../shared/domain/store.js';
import { managerOf } from '../../shared/persistence/typeorm-transactions.js';
import { Subscription, type ReadModel } from '../../shared/subscriptions/subscriber.js';
import type { LineAllocated, LineDeallocated } from '../allocation.contract.js';

type Heard =
  | Extract<BatchesEvent, { type: 'BatchRegistered' | 'BatchQuantityChanged' }>
  | LineAllocated
  | LineDeallocated;

/** The sums over all batches of a product, so that a list of products costs one row each, however many batches there are. */
@Subscription({
  name: 'allocation.product-totals',
  hears: [
    'BatchRegistered',
    'BatchQuantityChanged',
    'LineAllocated',
    'LineDeallocated',
  ] satisfies Heard['type'][],
})
@Injectable()
export class ProductTotals implements ReadModel {
  readonly table = 'allocation.product_total';

  async project(tx: Transaction, events: readonly StoredEvent[], into: string): Promise<void> {
    const changes = sumBySku(events as readonly StoredEvent<Heard>[]);
    const skus = [...changes.keys()];
    const sums = [...changes.values()];
    await managerOf(tx).query(
      `insert into ${into} as total (sku, quantity, allocated)
       select * from unnest($1::text[], $2::bigint[], $3::bigint[])
       on conflict (sku) do update
          set quantity = total.quantity + excluded.quantity, allocated = total.allocated + excluded.allocated`,
      [skus, sums.map(({ quantity }) => quantity), sums.map(({ allocated }) => allocated)],
    );
  }
}

interface Change {
  quantity: number;
  allocated: number;
}

function sumBySku(events: readonly StoredEvent<Heard>[]): Map<string, Change> {
  const sums = new Map<string, Change>();
  for (const event of events) {
    let sum = sums.get(event.key);
    if (!sum) sums.set(event.key, (sum = { quantity: 0, allocated: 0 }));
    const { quantity, allocated } = changeBy(event);
    sum.quantity += quantity;
    sum.allocated += allocated;
  }
  return sums;
}

function changeBy({ type, data }: Heard): Change {
  switch (type) {
    case 'BatchRegistered':
      return { quantity: data.quantity, allocated: 0 };
    case 'BatchQuantityChanged':
      return { quantity: data.quantity - data.previousQuantity, allocated: 0 };
    case 'LineAllocated':
      return { quantity: 0, allocated: data.quantity };
    case 'LineDeallocated':
      return { quantity: 0, allocated: -data.quantity };
  }
}
