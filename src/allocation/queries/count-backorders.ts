import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

export interface BackorderCounts {
  /** Lines that wait. */
  readonly lines: number;
  /** Units that they wait for. */
  readonly units: number;
}

/** How many order lines wait, over all products. */
export class CountBackorders extends Query<BackorderCounts> {}

@QueryHandler(CountBackorders)
export class CountBackordersHandler implements IQueryHandler<CountBackorders> {
  constructor(private readonly dataSource: DataSource) {}

  /** By the index of the queue, which is as long as there are lines that wait; a hold counts until it is ended. */
  async execute() {
    const [row] = await this.dataSource.query<[BackorderCounts]>(
      'select count(*)::int as lines, coalesce(sum(quantity), 0)::float8 as units from allocation.backorder',
    );
    return row;
  }
}
