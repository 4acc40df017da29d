import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

/** SKUs of which the hold of a line has ended, by the clock of the database. */
export class ListExpiredSkus extends Query<string[]> {
  /** @param count the most that are returned */
  constructor(readonly count: number) {
    super();
  }
}

@QueryHandler(ListExpiredSkus)
export class ListExpiredSkusHandler implements IQueryHandler<ListExpiredSkus> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ count }: ListExpiredSkus) {
    const rows = await this.dataSource.query<{ sku: string }[]>(
      `select sku from allocation.line where expires_at <= clock_timestamp()
        union
       select sku from allocation.backorder where expires_at <= clock_timestamp()
        limit $1`,
      [count],
    );
    return rows.map(({ sku }) => sku);
  }
}
