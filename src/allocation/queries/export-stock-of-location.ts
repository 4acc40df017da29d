import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { readInSnapshot } from '../../kernel/postgres/snapshot.js';
import { LOCATION, ON_HAND } from './on-hand.js';

export interface StockOfLocationRow {
  readonly batchReference: string;
  readonly sku: string;
  readonly bestBefore: string | null;
  readonly onHand: number;
}

/** Every batch of a location of which units are on hand, by SKU and reference, in portions: those of one moment. */
export class ExportStockOfLocation extends Query<AsyncIterable<readonly StockOfLocationRow[]>> {
  constructor(readonly location: string) {
    super();
  }
}

@QueryHandler(ExportStockOfLocation)
export class ExportStockOfLocationHandler implements IQueryHandler<ExportStockOfLocation> {
  constructor(private readonly dataSource: DataSource) {}

  execute({ location }: ExportStockOfLocation) {
    return Promise.resolve(readInSnapshot<StockOfLocationRow>(this.dataSource, STOCK, [location]));
  }
}

const STOCK = `
  select reference as "batchReference", sku, lot->>'bestBefore' as "bestBefore", ${ON_HAND} as "onHand"
    from allocation.batch
   where ${ON_HAND} > 0 and ${LOCATION} = $1
   order by sku, reference`;
