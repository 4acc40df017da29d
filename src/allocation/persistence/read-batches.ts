import type { Queryable } from '../../kernel/postgres/snapshot.js';
import type { BatchState } from '../domain/batch-state.js';
import type { ProductNeed } from '../domain/stock.js';
import { goodsJson, type OfSku } from './read-lines.js';

/** An open batch, and whether those behind it were left out. */
export type OpenBatch = OfSku<BatchState> & { readonly isPart: boolean };

/**
 * The last batch that is needed: the first that could hold all units, or if one batch has to hold the units of each need,
 * the first by which every need is sure to find its batch. A batch that is too small for a need has fewer units left than
 * the largest need asks for. So if all batches up to here were too small, more had been taken from them than is asked for.
 */
const ENOUGH = `
  select eta, rank, reference
    from (select coalesce(eta, '-infinity') as eta, coalesce(rank, 0) as rank, reference, quantity - allocated as free,
                 sum(greatest(quantity - allocated - need.largest + 1, 0)) over in_order as surely_taken
            from allocation.batch
           where batch.sku = need.sku and is_open
             and (lot is null or usable_until >= greatest(eta, need.day))
          window in_order as (order by coalesce(eta, '-infinity'), coalesce(rank, 0), reference
                              rows unbounded preceding)) as usable
   where free >= need.units or surely_taken >= need.units
   limit 1`;

/**
 * The open batches of each product, in the order of preference up to `ENOUGH` of them, those of which units that nobody
 * claims have come already, and the batches that the needs name. A product with protected units, or with a queue that
 * reserves some, is loaded with all of its open batches. The domain has said until when the units of a
 * batch can be promised, so that none is counted here that it would pass over.
 */
export async function readBatches(
  reader: Queryable,
  needs: readonly ProductNeed[],
  today: string,
): Promise<OpenBatch[]> {
  const units = unitsBySku(needs);
  const largest = largestBySku(needs);
  const days = lastDayBySku(needs, today);
  return reader.query(
    `select batch.sku, batch.reference, to_char(batch.eta, 'YYYY-MM-DD') as eta, quantity, allocated, held,
            to_char(overdue_noted, 'YYYY-MM-DD') as "overdueNoted", ${goodsJson('batch')} as goods,
            earlier_promises as earlier, lot,
            case when policy is not null or units is null then extract(epoch from entered_at)::float8 * 1000 end as "enteredAt",
            enough.reference is not null as "isPart"
       from (select sku, policy, day, largest,
                    case when policy is null
                           or policy->'protections' = '[]' and policy->>'backorders' = 'first-fit'
                         then units end as units
               from unnest($1::text[], $2::bigint[], $4::date[], $5::bigint[]) as need (sku, units, day, largest)
               left join allocation.product using (sku)) as need
       left join lateral (${ENOUGH}) as enough on true
      cross join lateral (
            select * from allocation.batch
             where batch.sku = need.sku and is_open
               and (coalesce(eta, '-infinity'), coalesce(rank, 0), reference)
                   <= (coalesce(enough.eta, 'infinity'), coalesce(enough.rank, 0), coalesce(enough.reference, ''))
            offset 0) as batch
      union all
     select sku, reference, to_char(eta, 'YYYY-MM-DD'), quantity, allocated, held,
            to_char(overdue_noted, 'YYYY-MM-DD'), ${goodsJson('batch')}, earlier_promises, lot,
            extract(epoch from entered_at)::float8 * 1000, false
       from allocation.batch
      where reference = any($3::text[] || array(
              select reference from allocation.batch
               where sku = any($1) and is_open and received > 0 and received > allocated))`,
    [
      [...units.keys()],
      [...units.values()],
      needs.flatMap(({ batchReference }) => batchReference ?? []),
      [...units.keys()].map((sku) => days.get(sku) ?? today),
      [...units.keys()].map((sku) => largest.get(sku)),
    ],
  );
}

/** The units that are claimed of each product; null if a need does not say how many. */
function unitsBySku(needs: readonly ProductNeed[]): Map<string, number | null> {
  const sums = new Map<string, number | null>();
  for (const { sku, units } of needs) {
    const sum = sums.get(sku) ?? (sums.has(sku) ? null : 0);
    sums.set(sku, sum === null || units === undefined ? null : sum + units);
  }
  return sums;
}

/** The most units that a need claims of one batch; null if a need may claim units of several. */
function largestBySku(needs: readonly ProductNeed[]): ReadonlyMap<string, number | null> {
  const largest = new Map<string, number | null>();
  for (const { sku, units = 0, fromOneBatch = false } of needs) {
    const before = largest.get(sku);
    largest.set(sku, before === null || !fromOneBatch ? null : Math.max(before ?? 1, units));
  }
  return largest;
}

/** The last day by which a line of each product needs its units, if that is after today. */
function lastDayBySku(needs: readonly ProductNeed[], today: string): ReadonlyMap<string, string> {
  const days = new Map<string, string>();
  for (const { sku, neededBy } of needs)
    if (neededBy && neededBy > (days.get(sku) ?? today)) days.set(sku, neededBy);
  return days;
}
