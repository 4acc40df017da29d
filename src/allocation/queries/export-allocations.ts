import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { readInSnapshot } from '../../kernel/postgres/snapshot.js';
import { CLOCK } from './ended-holds.js';

export interface AllocationRow {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly batchReference: string;
  readonly eta: string | null;
}

/** Every claim of a line on a batch by order and SKU, in portions: the claims of one moment. */
export class ExportAllocations extends Query<AsyncIterable<readonly AllocationRow[]>> {}

@QueryHandler(ExportAllocations)
export class ExportAllocationsHandler implements IQueryHandler<ExportAllocations> {
  constructor(private readonly dataSource: DataSource) {}

  execute() {
    return Promise.resolve(readInSnapshot<AllocationRow>(this.dataSource, ALLOCATIONS));
  }
}

const ALLOCATIONS = `
  with ${CLOCK}
  select claim.order_id as "orderId", claim.sku, claim.quantity, claim.batch_reference as "batchReference",
         to_char(batch.eta, 'YYYY-MM-DD') as eta
    from (select order_id, sku, quantity, batch_reference from allocation.line
           where expires_at is null or expires_at > (select now from clock)
           union all
          select order_id, sku, claim.quantity, claim.batch_reference
            from allocation.split_claim as claim join allocation.line using (order_id, sku)
           where expires_at is null or expires_at > (select now from clock)) as claim
    join allocation.batch on batch.reference = claim.batch_reference
   order by claim.order_id, claim.sku, batch.eta nulls first, claim.batch_reference`;
