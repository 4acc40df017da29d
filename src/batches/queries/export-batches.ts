import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { readInSnapshot } from '../../kernel/postgres/snapshot.js';
import type { BatchSnapshot } from '../domain/batch.js';

/** Every batch in the order of references, in portions: the batches of one moment. */
export class ExportBatches extends Query<AsyncIterable<readonly BatchSnapshot[]>> {}

@QueryHandler(ExportBatches)
export class ExportBatchesHandler implements IQueryHandler<ExportBatches> {
  constructor(private readonly dataSource: DataSource) {}

  execute() {
    return Promise.resolve(readInSnapshot<BatchSnapshot>(this.dataSource, BATCHES));
  }
}

const BATCHES = `
  select reference, sku, quantity, to_char(eta, 'YYYY-MM-DD') as eta, version, location,
         to_char(best_before, 'YYYY-MM-DD') as "bestBefore", supplier, blocked
    from batches.batch order by reference`;
