import type pg from 'pg';

/** What must be true of the database after every load: each statement finds what contradicts it. */
const CONTRADICTIONS: Readonly<Record<string, string>> = {
  'a batch has other units allocated or held than its lines claim, or more than it has': `
    select batch.reference from allocation.batch
      left join (select batch_reference, sum(quantity) as claimed,
                        sum(quantity) filter (where expires_at is not null) as holds
                   from (select batch_reference, quantity, expires_at from allocation.line
                          union all
                         select claim.batch_reference, claim.quantity, expires_at
                           from allocation.split_claim as claim join allocation.line using (order_id, sku)) as claims
                  group by 1) as lines on lines.batch_reference = batch.reference
     where batch.allocated <> coalesce(claimed, 0) or batch.held <> coalesce(holds, 0) or batch.allocated > batch.quantity`,
  'allocation has another picture of a batch than was bought': `
    select reference from allocation.batch full join batches.batch as bought using (reference)
     where (batch.sku, batch.quantity + shipped - returned + written_off, batch.eta)
           is distinct from (bought.sku, bought.quantity, bought.eta)`,
  'a line was told of in more or fewer events than it was allocated in': `
    with balance as (
      select data ->> 'orderId' as order_id, key as sku, sum(case when type in ('LineAllocated', 'LineHeld') then 1 else -1 end) as told
        from event_log.event
       -- No load ships a part of a line. One that has waited is told of again, one that was held is not.
       where type in ('LineAllocated', 'LineHeld') and (data ->> 'from') is distinct from 'hold'
          or type in ('LineDeallocated', 'LineReleased', 'LineShipped') and not data ? 'from'
          or type = 'LineBackordered' and data ? 'previousClaims'
       group by 1, 2
    )
    select order_id from balance full join allocation.line using (order_id, sku)
     where coalesce(told, 0) <> case when line.sequence is null then 0 else 1 end`,
  'two lines of a product have one place in the order of allocation, or one that was never given out': `
    select sku from (select sku, count(*) as lines, count(distinct sequence) as places, max(sequence) as last
                       from allocation.line group by sku) as given
      join allocation.product using (sku)
     where places <> lines or last > last_sequence`,
  'a line waits and claims units, or was counted among others': `
    select order_id from allocation.backorder join allocation.line using (order_id, sku)
     union all
    select sku from allocation.product
     where waiting <> (select count(*) from allocation.backorder where backorder.sku = product.sku)`,
  'an event tells of a version that its product never had': `
    select key from (select key, max((data ->> 'productVersion')::bigint) as told from event_log.event
                      where data ? 'productVersion' group by key) as events
      join allocation.product on product.sku = key
     where told > product.version`,
  'events were set aside': 'select position::text from event_log.set_aside',
  // A read model is compared with the write side here, once there is one.
};

/** Throws where the database contradicts itself. */
export async function checkConsistency(database: pg.Client): Promise<void> {
  for (const [what, statement] of Object.entries(CONTRADICTIONS)) {
    const { rows } = await database.query<string[]>({ text: statement, rowMode: 'array' });
    if (rows.length > 0)
      throw new Error(`After the load ${what}: ${rows.length} times, such as ${rows[0]!.join()}.`);
  }
}

/** Which orders of a prefix were confirmed, by their numbers, and whether others of them may have a line. */
export interface Confirmed {
  readonly prefix: string;
  readonly numbers: readonly number[];
  readonly mayBeMore?: boolean;
}

/** Throws unless the orders that were confirmed, and no others of their prefix that must not, have a line. */
export async function checkLines(
  database: pg.Client,
  { prefix, numbers, mayBeMore = false }: Confirmed,
): Promise<void> {
  const { rows } = await database.query<{ lost: number; unheard: number }>(
    `select count(*) filter (where line.order_id is null)::int as lost,
            count(*) filter (where answered.n is null)::int as unheard
       from unnest($2::int[]) as answered (n)
       full join (select order_id from allocation.line where order_id >= $1 and order_id < $1 || 'x') as line
         on line.order_id = $1 || answered.n`,
    [prefix, numbers],
  );
  const { lost, unheard } = rows[0]!;
  if (lost > 0 || (unheard > 0 && !mayBeMore))
    throw new Error(`${lost} lines were confirmed and are not there; ${unheard} are and were not confirmed.`);
}

/** Throws unless each order that was put has a record and so many lines, and no others of their prefix have any. */
export async function checkOrders(
  database: pg.Client,
  { prefix, numbers, lines }: Confirmed & { readonly lines: number },
): Promise<void> {
  const { rows } = await database.query<{ wrong: number }>(
    `select count(*)::int as wrong
       from unnest($2::int[]) as answered (n)
       full join (select order_id, count(*) as lines, count(record.order_id) as recorded
                    from allocation.line left join allocation.customer_order as record using (order_id)
                   where order_id >= $1 and order_id < $1 || 'x' group by 1) as found on order_id = $1 || answered.n
      where n is null or found.lines is distinct from $3 or recorded is distinct from $3`,
    [prefix, numbers, lines],
  );
  if (rows[0]!.wrong > 0)
    throw new Error(`${rows[0]!.wrong} orders are not there as a whole, or were not confirmed.`);
}
