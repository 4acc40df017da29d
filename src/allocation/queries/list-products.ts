import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Replicas } from '../../kernel/postgres/replicas.js';

export interface ProductSummary {
  readonly sku: string;
  readonly version: number;
  readonly quantity: number;
  readonly allocated: number;
  readonly available: number;
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
      `select sku, version, quantity, allocated, greatest(quantity - allocated, 0) as available
         from allocation.product join allocation.product_total using (sku)
        where sku > $1
        order by sku limit $2`,
      [after ?? '', count],
    );
  }
}
