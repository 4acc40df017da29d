import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { BATCHES, batchAnswer, type BatchAnswer, type BatchRow } from './batch-answer.js';

/** The batches in the order of their references. */
export class ListBatches extends Query<BatchAnswer[]> {
  /**
   * @param sku only batches of this SKU
   * @param after only references after this one
   * @param count the most that are returned
   */
  constructor(
    readonly sku: string | undefined,
    readonly after: string | undefined,
    readonly count: number,
  ) {
    super();
  }
}

@QueryHandler(ListBatches)
export class ListBatchesHandler implements IQueryHandler<ListBatches> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {}

  async execute({ sku, after, count }: ListBatches) {
    const parameters: unknown[] = [after ?? '', count];
    if (sku !== undefined) parameters.push(sku);
    const rows = await this.dataSource.query<BatchRow[]>(
      `${BATCHES}
        where reference > $1 ${sku === undefined ? '' : 'and sku = $3'}
        order by reference limit $2`,
      parameters,
    );
    return rows.map((row) => batchAnswer(row, this.calendar.today));
  }
}
