import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Replicas } from '../../kernel/postgres/replicas.js';

/**
 * The SKUs of batches, by their references; a batch never changes its SKU. Unknown batches are left out, and so
 * may be those of the last moments.
 */
export class FindSkusOfBatches extends Query<ReadonlyMap<string, string>> {
  constructor(readonly batchReferences: readonly string[]) {
    super();
  }
}

@QueryHandler(FindSkusOfBatches)
export class FindSkusOfBatchesHandler implements IQueryHandler<FindSkusOfBatches> {
  constructor(private readonly replicas: Replicas) {}

  async execute({ batchReferences }: FindSkusOfBatches) {
    const batches = await this.replicas.query<{ reference: string; sku: string }>(
      'select reference, sku from allocation.batch where reference = any($1)',
      [batchReferences],
    );
    return new Map(batches.map(({ reference, sku }) => [reference, sku]));
  }
}
