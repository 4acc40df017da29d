import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

/** How many order lines are held, and neither confirmed nor expired. */
export class CountHolds extends Query<number> {}

@QueryHandler(CountHolds)
export class CountHoldsHandler implements IQueryHandler<CountHolds> {
  constructor(private readonly dataSource: DataSource) {}

  /** By the index of the lines that expire, which is as long as there are holds. */
  async execute() {
    const [row] = await this.dataSource.query<[{ open: number }]>(
      'select count(*) as open from allocation.line where expires_at > clock_timestamp()',
    );
    return row.open;
  }
}
