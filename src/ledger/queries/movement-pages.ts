/**
 * The statements that read a part of the movements. Parameters: $1 the position after which it begins, $2 how many movements
 * are wanted, $3 to $6 a SKU, a batch, an order and a kind to select, or null, $7 the types of events of that kind, or null.
 *
 * Each row has `readUpTo`: the position up to which there is no other such movement than those in the rows, null if there is
 * none after it either. If there is none at all, one row says that.
 */

/** Positions that one read of the whole log covers: see `EventLog.readOf`. */
const MOST_POSITIONS = 10_000;
/** It begins at the first event there is: a gap takes no reads. Null if there is none. */
const END_OF_READ = `(select min(position) - 1 + ${MOST_POSITIONS} from event_log.event where position > $1)`;

const KIND = `
  case event.type
    when 'BatchRegistered' then 'registered'
    when 'BatchReceived' then 'received'
    when 'BatchQuantityChanged' then 'adjusted'
    -- It has arrived or, after all, has not.
    when 'BatchRescheduled' then case when event.data->>'eta' is null then 'received' else 'adjusted' end
    when 'StockAdjusted' then case when event.data ? 'variance' then 'counted' else 'adjusted' end
    when 'LineShipped' then 'shipped'
    when 'ShipmentCancelled' then 'shipment-cancelled'
    when 'LineReturned' then case event.data->>'disposition' when 'restock' then 'restocked' else 'scrapped' end
    when 'LineReallocated' then 'moved'
    else case when claimed_change > 0 then 'claimed' else 'released' end
  end`;

const REASON = `
  coalesce(event.data->>'reason', case event.type when 'BatchQuantityChanged' then 'quantity-changed'
                                                  when 'BatchRescheduled' then 'rescheduled' end)`;

/** @param chosen common table expressions: `slice`, rows of the read model, and `part (up_to)` */
const movementsOf = (chosen: string): string => `
  with ${chosen},
  change as (
    select sku, batch_reference, position, claimed_change, coalesce(on_hand_change, 0) as on_hand_change,
           coalesce(inbound_change, 0) as inbound_change,
           claimed + claimed_change - sum(claimed_change) over later as claimed_after,
           on_hand + coalesce(on_hand_change, 0) - coalesce(sum(on_hand_change) over later, 0) as on_hand_after,
           inbound + coalesce(inbound_change, 0) - coalesce(sum(inbound_change) over later, 0) as inbound_after
      from slice cross join lateral
           rows from (unnest(positions), unnest(claimed_changes), unnest(on_hand_changes), unnest(inbound_changes))
           with ordinality as of_slice (position, claimed_change, on_hand_change, inbound_change, place)
    window later as (partition by batch_reference, slice_end order by place desc)
  ),
  movement as (
    select position, ${KIND} as kind, sku, batch_reference as "batchReference", event.data->>'orderId' as "orderId",
           on_hand_change as "onHandChange", on_hand_after::bigint as "onHandAfter",
           inbound_change as "inboundChange", inbound_after::bigint as "inboundAfter",
           claimed_change as "claimedChange", claimed_after::bigint as "claimedAfter",
           ${REASON} as reason, event.actor, event.occurred_at as "occurredAt"
      from change join event_log.event using (position)
     where position > $1 and position <= coalesce((select up_to from part), position)
       and ($7::text[] is null or event.type = any($7))
       -- Another date that changes no figure is no movement.
       and not (event.type = 'BatchRescheduled' and on_hand_change = 0)
  )
  select part.up_to as "readUpTo", found.*
    from part
    left join (select * from movement
                where ($3::text is null or sku = $3) and ($4::text is null or "batchReference" = $4)
                  and ($5::text is null or "orderId" = $5) and ($6::text is null or kind = $6)
                order by position
                fetch first ($2::integer) rows with ties) as found on true
   order by found.position, found."batchReference"`;

/** The next slices of the read model, whole ones, that have as many movements as are wanted, beside those of the first. */
const nextSlices = (which: string): string => `
  next as (
    select *, min(slice_end) over () as first_end
      from (select * from ledger.batch_slice where ${which} and slice_end > $1
             order by slice_end fetch first ($2::integer + 1) rows with ties) as found
  ),
  counted as (
    select *, coalesce(sum(case when slice_end > first_end then movements else 0 end)
                         over (order by slice_end range between unbounded preceding and current row exclude group),
                       0) as before
      from next
  ),
  slice as (select * from counted where before < $2),
  part as (
    select case when (select count(*) from slice) < (select count(*) from next) or (select count(*) from next) > $2
                then (select max(slice_end) from slice) end as up_to
  )`;

/** The slices of the next events. They are in the read model up to its checkpoint. */
const slicesOfEvents = (events: string, upTo: string): string => `
  known as (select position from event_log.subscription where name = 'ledger.movements'),
  happened as (
    select position, data from event_log.event
     where ${events} and position > $1 and position <= (select position from known)
     order by position limit $2::integer + 1
  ),
  touched as (
    select distinct position, batch_reference
      from happened cross join lateral (
        select data->>'batchReference' where not data ? 'claims' union all
        select data->>'previousBatchReference' where not data ? 'claims' union all
        select jsonb_array_elements(data->'claims')->>'batchReference' union all
        select jsonb_array_elements(data->'previousClaims')->>'batchReference') as named (batch_reference)
     where batch_reference is not null
  ),
  slice as (
    select distinct on (its.batch_reference, its.slice_end) its.*
      from touched cross join lateral (
        select * from ledger.batch_slice
         where batch_slice.batch_reference = touched.batch_reference and slice_end >= touched.position
         order by slice_end limit 1) as its
  ),
  part as (
    select case when (select count(*) from happened) > $2 then (select max(position) from happened)
                else ${upTo} end as up_to
  )`;

/** All movements, without a SKU, a batch or an order. */
export const MOVEMENTS_OF_LOG = movementsOf(
  slicesOfEvents(
    `position <= ${END_OF_READ} and ($7::text[] is null or type = any($7))`,
    `case when ${END_OF_READ} < (select position from known) then ${END_OF_READ} end`,
  ),
);

export const MOVEMENTS_OF_ORDER = movementsOf(slicesOfEvents('subject = $5', 'null'));

const WITH_STOCK = 'on_hand_changes is not null';

/** `stock`: only those slices in which there is a movement that does more than claim units or give them back. */
export const MOVEMENTS_OF_BATCH = {
  all: movementsOf(nextSlices('batch_reference = $4')),
  stock: movementsOf(nextSlices(`batch_reference = $4 and ${WITH_STOCK}`)),
};

export const MOVEMENTS_OF_SKU = {
  all: movementsOf(nextSlices('sku = $3')),
  stock: movementsOf(nextSlices(`sku = $3 and ${WITH_STOCK}`)),
};
