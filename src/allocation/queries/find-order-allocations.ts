import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

export interface AllocationAnswer {
  readonly sku: string;
  readonly quantity: number;
  readonly batchReference: string;
  readonly eta: string | null;
}

/** Which lines of an order are allocated, and to what? None where the order has no line. */
export class FindOrderAllocations extends Query<AllocationAnswer[]> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(FindOrderAllocations)
export class FindOrderAllocationsHandler implements IQueryHandler<FindOrderAllocations> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ orderId }: FindOrderAllocations) {
    return this.dataSource.query<AllocationAnswer[]>(
      `select line.sku, line.quantity, line.batch_reference as "batchReference", batch.eta::text
         from allocation.line
         join allocation.batch on batch.reference = line.batch_reference
        where line.order_id = $1
        order by line.sku`,
      [orderId],
    );
  }
}
