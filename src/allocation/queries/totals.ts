/** The sums over all batches of a product, as a `lateral` of its row. */
export const TOTALS = `
  select coalesce(sum(quantity), 0)::bigint as quantity,
         coalesce(sum(allocated), 0)::bigint as allocated,
         coalesce(sum(quantity - allocated), 0)::bigint as available
    from allocation.batch where batch.sku = product.sku`;
