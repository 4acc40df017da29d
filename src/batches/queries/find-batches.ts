import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { BATCHES, batchAnswer, type BatchAnswer, type BatchRow } from './batch-answer.js';

/** Batches by their references. Unknown ones are left out. */
export class FindBatches extends Query<ReadonlyMap<string, BatchAnswer>> {
  constructor(readonly references: readonly string[]) {
    super();
  }
}

@QueryHandler(FindBatches)
export class FindBatchesHandler implements IQueryHandler<FindBatches> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {}

  async execute({ references }: FindBatches) {
    if (references.length === 0) return new Map<string, BatchAnswer>();
    const rows = await this.dataSource.query<BatchRow[]>(`${BATCHES} where reference = any($1)`, [
      references,
    ]);
    const { today } = this.calendar;
    return new Map(rows.map((row) => [row.reference, batchAnswer(row, today)]));
  }
}
