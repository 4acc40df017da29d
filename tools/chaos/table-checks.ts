import type pg from 'pg';

/** Each statement finds what contradicts the contract in the tables by themselves. */
const CONTRADICTIONS: Readonly<Record<string, string>> = {
  'is allocated or held other units than its lines claim, or more than it has': `
    select reference from allocation.batch
      left join (select batch_reference, sum(quantity) as claimed,
                        sum(quantity) filter (where expires_at is not null) as holds
                   from (select batch_reference, quantity, expires_at from allocation.line
                          union all
                         select claim.batch_reference, claim.quantity, expires_at
                           from allocation.split_claim as claim join allocation.line using (order_id, sku)) as claims
                  group by 1) as claims on batch_reference = reference
     where allocated <> coalesce(claimed, 0) or held <> coalesce(holds, 0) or allocated > quantity`,
  'has a line, though it is cancelled': `
    select order_id || ' (' || sku || ')' from allocation.line join allocation.customer_order using (order_id)
     where cancelled_at is not null`,
  'claims what its order does not ask for': `
    select line.order_id || ' (' || sku || ')' from allocation.line join allocation.customer_order using (order_id)
     where not exists (
           select from jsonb_to_recordset(lines) as asked (sku text, quantity integer, shipped integer)
            where asked.sku = line.sku
              and asked.quantity - asked.shipped >= line.quantity + coalesce((
                  select sum(claim.quantity) from allocation.split_claim as claim
                   where claim.order_id = line.order_id and claim.sku = line.sku), 0))`,
  'is firm or held other than its order': `
    select line.order_id || ' (' || sku || ')'
      from allocation.line join allocation.customer_order as customer_order using (order_id)
     where line.expires_at is distinct from customer_order.expires_at or line.priority <> customer_order.priority`,
  'waits, though it claims units': `
    select order_id || ' (' || sku || ')' from allocation.backorder join allocation.line using (order_id, sku)`,
  'waits for other units, or on other terms, than its order says': `
    select backorder.order_id || ' (' || sku || ')'
      from allocation.backorder left join allocation.customer_order as customer_order using (order_id)
     where cancelled_at is not null
        or backorder.expires_at is distinct from customer_order.expires_at
        or backorder.priority is distinct from customer_order.priority
        or not exists (
           select from jsonb_to_recordset(lines) as asked (sku text, quantity integer, shipped integer)
            where asked.sku = backorder.sku and asked.quantity - asked.shipped = backorder.quantity)`,
  'is waited for by other lines than it says': `
    select sku from allocation.product
     where waiting <> (select count(*) from allocation.backorder where backorder.sku = product.sku)`,
  'waits, though its time is up': `
    select order_id || ' (' || sku || ')' from allocation.backorder
     where expires_at < clock_timestamp() - interval '5 s'`,
  'is bought in other numbers, or for another day, than it came, left and is there': `
    select coalesce(bought.reference, stock.reference)
      from batches.batch as bought full join allocation.batch as stock using (reference)
     where bought.quantity is distinct from stock.quantity + shipped + written_off - returned
        or bought.eta is distinct from stock.eta`,
  'has more on hand than it has to give': `
    select reference from allocation.batch where received > quantity or (eta is null and received <> 0)`,
  'is told of by batches in other figures than it has': `
    select reference from allocation.batch as stock left join batches.batch_figures as told using (reference)
     where (coalesce(told.shipped, 0), coalesce(told.returned, 0), coalesce(told.written_off, 0),
            coalesce(told.claimed, 0), coalesce(told.held, 0))
           <> (stock.shipped, stock.returned, stock.written_off, stock.allocated, stock.held)`,
  'has other units shipped than its order says': `
    select order_id || ' (' || asked.sku || ')'
      from allocation.customer_order
     cross join jsonb_to_recordset(lines) as asked (sku text, quantity integer, shipped integer, returned integer)
     where shipped > quantity or returned > shipped
        or shipped <> coalesce((
           select sum((part->>'quantity')::integer)
             from allocation.document cross join jsonb_array_elements(result->'lines') as part
            where kind = 'shipment' and document.order_id = customer_order.order_id and cancelled_at is null
              and part->>'sku' = asked.sku), 0)`,
  'is held, though its time is up': `
    select order_id || ' (' || sku || ')' from allocation.line where expires_at < clock_timestamp() - interval '5 s'`,
  'has two lines at one place in the order of allocation, or one that was never given out': `
    select sku from (select sku, count(*) as lines, count(distinct sequence) as places, max(sequence) as last
                       from allocation.line group by sku) as given
      join allocation.product using (sku) where places <> lines or last > last_sequence`,
  'is found by other SKUs, or from another moment, than its record has': `
    select coalesce(noted.order_id, asked.order_id) || ' (' || coalesce(noted.sku, asked.sku) || ')'
      from allocation.order_of_sku as noted
      full join (select line->>'sku' as sku, created_at, order_id
                   from allocation.customer_order cross join jsonb_array_elements(lines) as line) as asked
        on (noted.sku, noted.created_at, noted.order_id) = (asked.sku, asked.created_at, asked.order_id)
     where noted.sku is null or asked.sku is null`,
  'was set aside by a subscription': `
    select position || ' by ' || subscription || ' (' || state || '): ' || coalesce(error, '') from event_log.set_aside`,
  'is in the log twice': 'select id::text from event_log.event group by id having count(*) > 1',
};

export async function checkTables(database: pg.Client): Promise<string[]> {
  const found: string[] = [];
  for (const [what, text] of Object.entries(CONTRADICTIONS)) {
    const { rows } = await database.query<string[]>({ text, rowMode: 'array' });
    found.push(...rows.map((row) => `${row.join()} ${what}`));
  }
  return found;
}
