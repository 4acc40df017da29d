import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import type { BatchSnapshot } from '../domain/batch.js';
import { UnknownBatch } from '../domain/errors.js';
import { BATCH_COLUMNS, type BatchAnswer } from './batch-answer.js';
import { datesOf } from '../../vocabulary/dates.js';

/** One batch by its reference. */
export class FindBatch extends Query<BatchAnswer> {
  constructor(readonly reference: string) {
    super();
  }
}

@QueryHandler(FindBatch)
export class FindBatchHandler implements IQueryHandler<FindBatch> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {}

  /** @throws {UnknownBatch} */
  async execute({ reference }: FindBatch) {
    const [batch] = await this.dataSource.query<BatchSnapshot[]>(
      `select ${BATCH_COLUMNS} from batches.batch where reference = $1`,
      [reference],
    );
    if (!batch) throw new UnknownBatch(reference);
    return { ...batch, ...datesOf(batch.eta, this.calendar.today) };
  }
}
