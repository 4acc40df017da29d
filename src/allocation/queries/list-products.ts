import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { TOTALS } from './totals.js';

export interface ProductSummary {
  readonly sku: string;
  readonly version: number;
  readonly quantity: number;
  readonly allocated: number;
  readonly available: number;
}

/** How do the products stand, in the order of their SKUs? */
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
  constructor(private readonly dataSource: DataSource) {}

  async execute({ after, count }: ListProducts) {
    return this.dataSource.query<ProductSummary[]>(
      `select product.sku, product.version, total.*
         from (select sku, version from allocation.product where sku > $1 order by sku limit $2) as product
        cross join lateral (${TOTALS}) as total
        order by product.sku`,
      [after ?? '', count],
    );
  }
}
