import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import type { StockState } from '../domain/stock.js';
import { UnknownProduct } from './unknown-product.js';

/** More batches than these are not listed: `more` says that there are others. */
const MOST_BATCHES = 500;

export interface ProductAnswer {
  readonly sku: string;
  readonly version: number;
  readonly quantity: number;
  readonly allocated: number;
  readonly available: number;
  readonly batches: readonly (StockState & { readonly available: number })[];
  readonly more: boolean;
}

/** How does one product stand, with its batches in the order in which they would be chosen? */
export class FindProduct extends Query<ProductAnswer> {
  constructor(readonly sku: string) {
    super();
  }
}

type Row = Omit<ProductAnswer, 'batches' | 'more'> & { readonly batches: ProductAnswer['batches'] | null };

@QueryHandler(FindProduct)
export class FindProductHandler implements IQueryHandler<FindProduct> {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {UnknownProduct} */
  async execute({ sku }: FindProduct) {
    // One statement, so that the sums, the batches and the version are of the same moment.
    const [product] = await this.dataSource.query<Row[]>(
      `select product.sku, product.version, total.*, listed.batches
         from allocation.product
        cross join lateral (
              select coalesce(sum(quantity), 0)::bigint as quantity,
                     coalesce(sum(allocated), 0)::bigint as allocated,
                     coalesce(sum(quantity - allocated), 0)::bigint as available
                from allocation.batch where batch.sku = product.sku) as total
        cross join lateral (
              select json_agg(json_build_object(
                       'reference', reference, 'eta', eta, 'quantity', quantity,
                       'allocated', allocated, 'available', quantity - allocated)) as batches
                from (select * from allocation.batch where batch.sku = product.sku
                       order by eta nulls first, reference limit $2) as preferred) as listed
        where product.sku = $1`,
      [sku, MOST_BATCHES + 1],
    );
    if (!product) throw new UnknownProduct(sku);
    const batches = product.batches ?? [];
    return { ...product, batches: batches.slice(0, MOST_BATCHES), more: batches.length > MOST_BATCHES };
  }
}
