import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { readInSnapshot } from '../../kernel/postgres/snapshot.js';

export interface BatchRow {
  readonly reference: string;
  readonly sku: string;
  readonly quantity: number;
  readonly eta: string | null;
}

/** Every batch in the order of references: in portions, all of one moment. */
export class ExportBatches extends Query<AsyncIterable<readonly BatchRow[]>> {}

@QueryHandler(ExportBatches)
export class ExportBatchesHandler implements IQueryHandler<ExportBatches> {
  constructor(private readonly dataSource: DataSource) {}

  execute() {
    return Promise.resolve(readInSnapshot<BatchRow>(this.dataSource, BATCHES));
  }
}

const BATCHES = `
  select reference, sku, quantity, to_char(eta, 'YYYY-MM-DD') as eta from batches.batch order by reference`;
