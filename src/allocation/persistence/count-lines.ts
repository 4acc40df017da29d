import type { Queryable } from '../../kernel/postgres/snapshot.js';
import { SEQUENCES } from '../domain/allocated-line.js';
import { NAMED_ORDERS, type LastToLeave } from '../domain/product-state.js';
import type { ProductNeed } from '../domain/stock.js';

/** As `leavingOrder` has it. */
const LEAVING_PLACE = `((case when expires_at is null then 10 else 0 end) + priority) * ${SEQUENCES}::bigint - sequence`;

/** How many lines a batch has, and those that would leave it last. */
export interface CountedLines {
  readonly lines: number;
  readonly last: readonly LastToLeave[] | null;
}

/** The lines of each batch for which a need asks for their number. */
export async function countLines(
  reader: Queryable,
  needs: readonly ProductNeed[],
): Promise<ReadonlyMap<string, CountedLines>> {
  const counted = needs
    .filter(({ countsLines }) => countsLines === true)
    .map(({ batchReference }) => batchReference);
  if (counted.length === 0) return new Map();
  const rows = await reader.query<(CountedLines & { readonly reference: string })[]>(
    `select reference, ((select count(*) from allocation.line where batch_reference = reference)
                      + (select count(*) from allocation.split_claim where batch_reference = reference))::int as lines,
            (select json_agg(json_build_object('orderId', order_id, 'place', ${LEAVING_PLACE}))
               from ((select order_id, expires_at, priority, sequence from allocation.line
                       where batch_reference = reference
                       order by (expires_at is not null), (-priority), sequence limit $2)
                      union all
                     (select order_id, expires_at, priority, sequence
                        from allocation.split_claim as claim join allocation.line using (order_id, sku)
                       where claim.batch_reference = reference
                       order by (expires_at is not null), (-priority), sequence limit $2)) as its) as last
       from unnest($1::text[]) as asked (reference)`,
    [counted, NAMED_ORDERS],
  );
  return new Map(rows.map((row) => [row.reference, row]));
}
