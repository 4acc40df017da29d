import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Replicas } from '../../kernel/postgres/replicas.js';

export interface ProductSummary {
  readonly sku: string;
  readonly version: number;
  readonly quantity: number;
  readonly allocated: number;
  readonly available: number;
}

/** How do the products stand, in the order of their SKUs? The sums follow a change within moments. */
export class ListProducts extends Query<ProductSummary[]> {
  /**
   * @param after only those behind this SKU
   * @param count at most so many
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
      // Of a batch that shrinks, the new quantity is known a moment before the lines have left it.
      `select sku, version, quantity, allocated, greatest(quantity - allocated, 0) as available
         from allocation.product join allocation.product_total using (sku)
        where sku > $1
        order by sku limit $2`,
      [after ?? '', count],
    );
  }
}
