import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { readInSnapshot } from '../../kernel/postgres/snapshot.js';

export interface ProductRow {
  readonly sku: string;
  readonly quantity: number;
  readonly allocated: number;
  readonly available: number;
}

/** Every product and its sums over all batches by SKU, in portions: the products of one moment. */
export class ExportProducts extends Query<AsyncIterable<readonly ProductRow[]>> {}

@QueryHandler(ExportProducts)
export class ExportProductsHandler implements IQueryHandler<ExportProducts> {
  constructor(private readonly dataSource: DataSource) {}

  execute() {
    return Promise.resolve(readInSnapshot<ProductRow>(this.dataSource, PRODUCTS));
  }
}

// From the batches themselves, since the read model lags behind them by moments.
const PRODUCTS = `
  select sku, coalesce(sum(quantity), 0)::bigint as quantity, coalesce(sum(allocated), 0)::bigint as allocated,
         coalesce(sum(quantity - allocated), 0)::bigint as available
    from allocation.product left join allocation.batch using (sku)
   group by sku order by sku`;
