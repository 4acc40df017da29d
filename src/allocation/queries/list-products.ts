import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { StockFigures } from './find-product.js';
import { ON_HAND } from './on-hand.js';
import { Replicas } from '../../kernel/postgres/replicas.js';

export interface ProductSummary extends StockFigures {
  readonly sku: string;
  readonly version: number;
}

/** The products in the order of their SKUs. The sums lag behind a change by moments. */
export class ListProducts extends Query<ProductSummary[]> {
  /**
   * @param after only SKUs after this one
   * @param count the most that are returned
   */
  constructor(
    readonly after: string | undefined,
    readonly count: number,
  ) {
    super();
  }
}

@QueryHandler(ListProducts)
export class ListProductsHandler implements IQueryHandler<ListProducts> {
  constructor(private readonly replicas: Replicas) {}

  async execute({ after, count }: ListProducts) {
    return this.replicas.query<ProductSummary>(
      // When a batch shrinks, its new quantity is known a moment before lines leave it.
      `select listed.*, goods.*
         from (select sku, version, quantity, allocated, allocated as claimed,
                      greatest(quantity - allocated, 0) as available
                 from allocation.product join allocation.product_total using (sku)
                where sku > $1
                order by sku limit $2) as listed
        cross join lateral (
              select coalesce(sum(${ON_HAND}), 0)::bigint as "onHand",
                     coalesce(sum(quantity - ${ON_HAND}), 0)::bigint as inbound,
                     coalesce(sum(shipped), 0)::bigint as shipped, coalesce(sum(held), 0)::bigint as held
                from allocation.batch where batch.sku = listed.sku) as goods
        order by sku`,
      [after ?? '', count],
    );
  }
}
