import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnknownBatch } from '../domain/errors.js';
import { BATCHES, batchAnswer, type BatchAnswer, type BatchRow } from './batch-answer.js';

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
    const [batch] = await this.dataSource.query<BatchRow[]>(`${BATCHES} where reference = $1`, [reference]);
    if (!batch) throw new UnknownBatch(reference);
    return batchAnswer(batch, this.calendar.today);
  }
}
