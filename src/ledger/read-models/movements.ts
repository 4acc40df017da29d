import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../kernel/domain/store.js';
import { managerOf } from '../../kernel/postgres/typeorm-transactions.js';
import {
  Subscription,
  type EventRelation,
  type Projection,
} from '../../kernel/subscriptions/readers/subscription.js';
import { EVENTS_OF_MOVEMENTS } from './movement-events.js';
import { movementsIn } from './movements-in.js';

/** Which events have changed the figures of each batch, and by how much: they add up to what it has (rule 17). */
@Subscription({ name: 'ledger.movements', events: EVENTS_OF_MOVEMENTS })
@Injectable()
export class Movements implements Projection {
  readonly table = 'ledger.batch_slice';

  async project(tx: Transaction, events: EventRelation, into: string): Promise<void> {
    await managerOf(tx).query(
      `with ${movementsIn(events.sql, into)}
       insert into ${into} (batch_reference, slice_end, sku, movements, positions, claimed_changes, on_hand_changes,
                            inbound_changes, claimed, on_hand, inbound, has_arrived)
       select batch_reference, (select max(position) from event), its.sku, movements, positions, claimed_changes,
              on_hand_changes, inbound_changes, base.claimed + its.claimed, base.on_hand + its.on_hand,
              base.inbound + its.inbound, coalesce(its.has_arrived, base.has_arrived)
         from (select batch_reference, min(sku) as sku, count(*) as movements, array_agg(position order by position) as positions,
                      array_agg(claimed order by position) as claimed_changes,
                      case when bool_or(is_stock) then array_agg(on_hand order by position) end as on_hand_changes,
                      case when bool_or(is_stock) then array_agg(inbound order by position) end as inbound_changes,
                      sum(claimed) as claimed, sum(on_hand) as on_hand, sum(inbound) as inbound,
                      (array_agg(has_arrived order by position desc) filter (where is_stock))[1] as has_arrived
                 from movement
                group by batch_reference) as its
         join base using (batch_reference)`,
      [...events.values],
    );
  }
}
