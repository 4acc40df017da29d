/**
 * Units of holds that have ended, by batch: nobody has them, even if their events are still to come (rule 11). A relation
 * of `(reference, units)`, for a query in which `product.sku` names the product.
 */
export const ENDED_HOLDS = `
  select reference, sum(units)::bigint as units
    from (select batch_reference as reference, quantity as units from allocation.line
           where line.sku = product.sku and line.expires_at <= clock_timestamp()
           union all
          select claim.batch_reference, claim.quantity
            from allocation.line join allocation.split_claim as claim using (order_id, sku)
           where line.sku = product.sku and line.expires_at <= clock_timestamp()) as ended
   group by reference`;
