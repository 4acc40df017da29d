import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { readInSnapshot } from '../../kernel/postgres/snapshot.js';

export interface AllocationRow {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly batchReference: string;
  readonly eta: string | null;
}

/** Every allocated line and its batch by order and SKU, in portions: the lines of one moment. */
export class ExportAllocations extends Query<AsyncIterable<readonly AllocationRow[]>> {}

@QueryHandler(ExportAllocations)
export class ExportAllocationsHandler implements IQueryHandler<ExportAllocations> {
  constructor(private readonly dataSource: DataSource) {}

  execute() {
    return Promise.resolve(readInSnapshot<AllocationRow>(this.dataSource, ALLOCATIONS));
  }
}

const ALLOCATIONS = `
  select line.order_id as "orderId", line.sku, line.quantity, line.batch_reference as "batchReference",
         to_char(batch.eta, 'YYYY-MM-DD') as eta
    from allocation.line join allocation.batch on batch.reference = line.batch_reference
   order by line.order_id, line.sku`;
