import { Injectable } from '@nestjs/common';
import type {
  AllocationEvent,
  BatchReceived,
  LineAllocated,
  LineAmended,
  LineBackordered,
  LineDeallocated,
  LineHeld,
  LineReallocated,
  LineReleased,
  LineReturned,
  LineShipped,
  ShipmentCancelled,
  StockAdjusted,
} from '../../allocation/contract/allocation.contract.js';
import type { BatchRescheduled } from '../contract/batches.contract.js';
import type { Transaction } from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import {
  Subscription,
  type EventRelation,
  type Projection,
} from '../../kernel/subscriptions/readers/subscription.js';

type Heard =
  | BatchReceived
  | BatchRescheduled
  | LineAllocated
  | LineAmended
  | LineBackordered
  | LineDeallocated
  | LineHeld
  | LineReallocated
  | LineReleased
  | LineReturned
  | LineShipped
  | ShipmentCancelled
  | StockAdjusted;

const RECEIVED = `case when type = 'BatchReceived' then units else 0 end`;
const SHIPPED = `case type when 'LineShipped' then units when 'ShipmentCancelled' then -units else 0 end`;
const RETURNED = `case when type = 'LineReturned' then units else 0 end`;
const WRITTEN_OFF = `
  case when type = 'StockAdjusted' then -(data->>'by')::bigint
       when type = 'LineReturned' and data->>'disposition' = 'scrap' then units
       else 0 end`;
const CLAIMED = `
  case when type in ('LineReallocated', 'LineAmended', 'LineBackordered') then units
       -- The line had its units already.
       when type in ('LineAllocated', 'LineHeld') and data->>'from' = 'hold' then 0
       when type in ('LineAllocated', 'LineHeld') then units
       when type in ('LineDeallocated', 'LineReleased', 'LineShipped') then -units
       when type = 'ShipmentCancelled' and (data->>'isClaimed')::boolean then units
       else 0 end`;
const HELD = `
  case when type in ('LineReallocated', 'LineAmended', 'LineBackordered') and data->>'from' = 'hold' then units
       when type = 'LineHeld' and data->>'from' is distinct from 'hold' then units
       when type = 'LineReleased' then -units
       when type = 'LineAllocated' and data->>'from' = 'hold' then -units
       else 0 end`;

/** What has become of the units of each batch: how many are claimed, have come, left and come back. */
@Subscription({
  name: 'batches.figures',
  events: [
    'BatchReceived',
    'BatchRescheduled',
    'LineAllocated',
    'LineAmended',
    'LineBackordered',
    'LineDeallocated',
    'LineHeld',
    'LineReallocated',
    'LineReleased',
    'LineReturned',
    'LineShipped',
    'ShipmentCancelled',
    'StockAdjusted',
  ] satisfies (Heard & (AllocationEvent | BatchRescheduled))['type'][],
})
@Injectable()
export class BatchFigures implements Projection {
  readonly table = 'batches.batch_figures';

  /** Each event becomes units of batches: of one, if it names one, of several, if it has claims on several. */
  async project(tx: Transaction, events: EventRelation, into: string): Promise<void> {
    await managerOf(tx).query(
      `with event as (${events.sql}),
            moved (position, type, data, reference, units) as (
              select position, type, data, data->>'batchReference', coalesce((data->>'quantity')::bigint, 0)
                from event where not data ? 'claims' and data ? 'batchReference'
               union all
              select position, type, data, data->>'previousBatchReference', -(data->>'quantity')::bigint
                from event where data ? 'previousBatchReference' and not data ? 'claims'
               union all
              select position, type, data, claim->>'batchReference', (claim->>'quantity')::bigint
                from event cross join jsonb_array_elements(data->'claims') as claim where data ? 'claims'
               union all
              select position, type, data, claim->>'batchReference', -(claim->>'quantity')::bigint
                from event cross join jsonb_array_elements(data->'previousClaims') as claim
               where data ? 'previousClaims'
            ),
            changed as (
              select position, reference, ${RECEIVED} as received, ${SHIPPED} as shipped, ${RETURNED} as returned,
                     ${WRITTEN_OFF} as written_off, ${CLAIMED} as claimed, ${HELD} as held
                from moved
            ),
            -- A batch that was on hand has a date again: what has come of it has not, but for what is gone.
            emptied as (
              select reference, max(position) as position from moved
               where type = 'BatchRescheduled' and data->>'previousEta' is null and data->>'eta' is not null
               group by reference
            ),
            summed as (
              select reference, emptied.position is not null as is_emptied,
                     sum(case when emptied.position is null or changed.position > emptied.position then received
                              else shipped + written_off - returned end) as received,
                     sum(shipped) as shipped, sum(returned) as returned, sum(written_off) as written_off,
                     sum(claimed) as claimed, sum(held) as held
                from changed left join emptied using (reference)
               group by reference, is_emptied
            )
       insert into ${into} as figures (reference, received, shipped, returned, written_off, claimed, held)
       select reference,
              -- What is stored is looked up for emptied batches only: a join would do so for each event, or read all batches.
              received + case when is_emptied
                              then coalesce((select stored.shipped + stored.written_off - stored.returned - stored.received
                                               from ${into} as stored where stored.reference = summed.reference), 0)
                              else 0 end,
              shipped, returned, written_off, claimed, held
         from summed
       on conflict (reference) do update
          set received = figures.received + excluded.received, shipped = figures.shipped + excluded.shipped,
              returned = figures.returned + excluded.returned,
              written_off = figures.written_off + excluded.written_off,
              claimed = figures.claimed + excluded.claimed, held = figures.held + excluded.held`,
      [...events.values],
    );
  }
}
