import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

export interface OverdueBatch {
  readonly sku: string;
  readonly batchReference: string;
}

/** Of which batches has the day passed while lines wait, and was that not published yet? The longest overdue first. */
export class ListOverdueBatches extends Query<OverdueBatch[]> {
  /**
   * @param today `YYYY-MM-DD`
   * @param count at most so many
   */
  constructor(
    readonly today: string,
    readonly count: number,
  ) {
    super();
  }
}

/**
 * It is asked every minute by every process, and the index `batch_due` has only what can be overdue and was not published.
 * Exported for the test that explains it.
 */
export const OVERDUE_BATCHES = `
  select sku, reference as "batchReference" from allocation.batch
   where eta < $1::date and overdue_noted is distinct from eta and allocated > 0
   order by eta, reference limit $2`;

@QueryHandler(ListOverdueBatches)
export class ListOverdueBatchesHandler implements IQueryHandler<ListOverdueBatches> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ today, count }: ListOverdueBatches) {
    return this.dataSource.query<OverdueBatch[]>(OVERDUE_BATCHES, [today, count]);
  }
}
