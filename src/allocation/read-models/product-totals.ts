import { Injectable } from '@nestjs/common';
import type { BatchQuantityChanged, BatchRegistered } from '../../batches/contract/batches.contract.js';
import type { Transaction } from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import {
  Subscription,
  type EventRelation,
  type Projection,
} from '../../kernel/subscriptions/readers/subscription.js';
import type {
  BatchReceived,
  LineAllocated,
  LineAmended,
  LineBackordered,
  LineDeallocated,
  LineHeld,
  LineReleased,
  LineReturned,
  LineShipped,
  ShipmentCancelled,
  StockAdjusted,
} from '../contract/allocation.contract.js';

type Heard =
  | BatchRegistered
  | BatchQuantityChanged
  | LineAllocated
  | LineDeallocated
  | LineHeld
  | LineReleased
  | LineAmended
  | LineBackordered
  | LineShipped
  | ShipmentCancelled
  | LineReturned
  | BatchReceived
  | StockAdjusted;

/** The sums over all batches of a product, so that a list reads one row for each product. */
@Subscription({
  name: 'allocation.product-totals',
  events: [
    'BatchRegistered',
    'BatchQuantityChanged',
    'LineAllocated',
    'LineDeallocated',
    'LineHeld',
    'LineReleased',
    'LineAmended',
    'LineBackordered',
    'LineShipped',
    'ShipmentCancelled',
    'LineReturned',
    'BatchReceived',
    'StockAdjusted',
  ] satisfies Heard['type'][],
})
@Injectable()
export class ProductTotals implements Projection {
  readonly table = 'allocation.product_total';

  async project(tx: Transaction, events: EventRelation, into: string): Promise<void> {
    await managerOf(tx).query(
      `insert into ${into} as total (sku, quantity, allocated)
       select key,
              sum(case type when 'BatchRegistered' then (data->>'quantity')::bigint
                            when 'BatchQuantityChanged'
                            then (data->>'quantity')::bigint - (data->>'previousQuantity')::bigint
                            when 'BatchReceived'
                            then (data->>'overReceived')::bigint - (data->>'missing')::bigint
                            when 'StockAdjusted' then (data->>'by')::bigint
                            when 'LineShipped' then -(data->>'quantity')::bigint
                            when 'ShipmentCancelled' then (data->>'quantity')::bigint
                            when 'LineReturned'
                            then case data->>'disposition' when 'restock' then (data->>'quantity')::bigint else 0 end
                            else 0 end),
              sum(case when type in ('LineDeallocated', 'LineReleased', 'LineShipped') then -(data->>'quantity')::bigint
                       when type = 'LineAmended'
                       then (data->>'quantity')::bigint - (data->>'previousQuantity')::bigint
                       when type = 'ShipmentCancelled' and (data->>'isClaimed')::boolean
                       then (data->>'quantity')::bigint
                       when type = 'LineBackordered' then -coalesce((data->>'previousQuantity')::bigint, 0)
                       -- The line had its units already.
                       when type in ('LineAllocated', 'LineHeld') and data->>'from' is distinct from 'hold'
                       then (data->>'quantity')::bigint
                       else 0 end)
         from (${events.sql}) as event
        group by key
       on conflict (sku) do update
          set quantity = total.quantity + excluded.quantity, allocated = total.allocated + excluded.allocated`,
      [...events.values],
    );
  }
}
