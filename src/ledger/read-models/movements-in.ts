/** Events that change what is in the warehouse or on its way; all others only claim units, or give them back. */
const STOCK = `('BatchRegistered', 'BatchQuantityChanged', 'BatchRescheduled', 'BatchReceived', 'StockAdjusted',
               'LineShipped', 'ShipmentCancelled', 'LineReturned')`;

// The most frequent events come first: each comparison counts, since there is one of these for every line that is allocated.
const CLAIMED = `
  case when not is_stock then
         case when type in ('LineAllocated', 'LineHeld')
              -- A hold had its units already.
              then case when data->>'from' = 'hold' then 0 else units end
              when type in ('LineDeallocated', 'LineReleased') then -units
              else units end
       when type = 'LineShipped' then -units
       when type = 'ShipmentCancelled' and (data->>'isClaimed')::boolean then units
       else 0 end`;

/** By how much what is left of the batch changes. */
const QUANTITY = `
  case when not is_stock then 0
       when type = 'LineShipped' then -units
       when type = 'BatchReceived' then (data->>'overReceived')::bigint - (data->>'missing')::bigint
       when type in ('BatchRegistered', 'ShipmentCancelled') then units
       when type = 'LineReturned' then case when data->>'disposition' = 'restock' then units else 0 end
       when type = 'BatchQuantityChanged' then units - (data->>'previousQuantity')::bigint
       when type = 'StockAdjusted' then (data->>'by')::bigint
       else 0 end`;

/**
 * What events have changed of batches, as common table expressions: `event`, and `changed`, one row for each event and batch.
 * Of an event that names a batch twice, it is the difference.
 * @param events a relation `(position, type, key, data)`
 * @param kept whether the events are few enough to be kept while they are gone through; otherwise they are read thrice
 */
export const changesIn = (events: string, kept: 'materialized' | 'not materialized'): string => `
  event as ${kept} (${events}),
  -- Units of batches: of one, if the event names one, of several, if it has claims on several.
  moved (position, type, sku, data, batch_reference, units, is_stock) as (
    select position, type, key, data, (data->>'batchReference') collate "C", coalesce((data->>'quantity')::bigint, 0),
           type in ${STOCK}
      from event where not data ? 'claims' and data ? 'batchReference'
     union all
    select position, type, key, data, (data->>'previousBatchReference') collate "C", -(data->>'quantity')::bigint, false
      from event where data ? 'previousBatchReference' and not data ? 'claims'
     union all
    select position, type, key, data, net.batch_reference, net.units, type in ${STOCK}
      from event cross join lateral (
        select (claim->>'batchReference') collate "C" as batch_reference,
               sum((claim->>'quantity')::bigint * sign)::bigint as units
          from (select jsonb_array_elements(data->'claims') as claim, 1 as sign union all
                select jsonb_array_elements(data->'previousClaims'), -1) as claimed
         group by 1) as net
     where data ? 'claims' or data ? 'previousClaims'
  ),
  changed as (
    select position, sku, batch_reference, ${CLAIMED} as claimed, ${QUANTITY} as quantity, is_stock,
           case when is_stock then type end as type, case when is_stock then data end as facts
      from moved
  )`;

/**
 * The movements of events, as common table expressions: `movement`, one row for each event and batch of which it changed a
 * figure; `base`, the figures of each batch before; and what `changesIn` has.
 * @param slices the table of what was before: see the migrations of `ledger`
 */
export const movementsIn = (events: string, slices: string): string => `
  ${changesIn(events, 'materialized')},
  base as materialized (
    select batch_reference, coalesce(claimed, 0) as claimed, coalesce(on_hand, 0) as on_hand, coalesce(inbound, 0) as inbound,
           coalesce(has_arrived, false) as has_arrived
      from (select distinct batch_reference from changed) as named
      left join lateral (select claimed, on_hand, inbound, has_arrived from ${slices} as slice
                          where slice.batch_reference = named.batch_reference
                          order by slice_end desc limit 1) as last on true
  ),
  stocked as (
    select position, batch_reference, (stock).has_arrived, base_on_hand, base_inbound,
           (stock).on_hand as on_hand_after, (stock).inbound as inbound_after
      from (select position, batch_reference, on_hand as base_on_hand, inbound as base_inbound,
                   ledger.stock_after(row(on_hand, inbound, has_arrived)::ledger.stock, type, quantity, facts)
                     over (partition by batch_reference order by position) as stock
              from changed join base using (batch_reference)
             where is_stock) as followed
  ),
  movement as (
    select position, sku, batch_reference, claimed, is_stock, has_arrived, coalesce(on_hand, 0) as on_hand,
           coalesce(inbound, 0) as inbound
      from changed
      left join (select position, batch_reference, has_arrived,
                        on_hand_after - lag(on_hand_after, 1, base_on_hand) over its as on_hand,
                        inbound_after - lag(inbound_after, 1, base_inbound) over its as inbound
                   from stocked
                 window its as (partition by batch_reference order by position)) as moves
                using (position, batch_reference)
     where claimed <> 0 or is_stock
  )`;
