/**
 * The moment of a statement, for `ENDED_HOLDS`: read once, so that all lines of an order end at one moment (rule 10), and
 * after the statement's snapshot was taken, so that a hold that others have seen to end has ended here, too.
 */
export const CLOCK = 'clock as materialized (select clock_timestamp() as now)';

/**
 * Units of holds that have ended, by batch: nobody has them, even if their events are still to come (rule 11). A relation
 * of `(reference, units)`, for a query in which `product.sku` names the product, with `CLOCK`.
 */
export const ENDED_HOLDS = `
  select reference, sum(units)::bigint as units
    from (select batch_reference as reference, quantity as units from allocation.line
           where line.sku = product.sku and line.expires_at <= (select now from clock)
           union all
          select claim.batch_reference, claim.quantity
            from allocation.line join allocation.split_claim as claim using (order_id, sku)
           where line.sku = product.sku and line.expires_at <= (select now from clock)) as ended
   group by reference`;
