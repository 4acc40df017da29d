import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

/** The SKUs of batches, by their references; a batch never changes its SKU. Unknown batches are left out. */
export class FindSkusOfBatches extends Query<ReadonlyMap<string, string>> {
  constructor(readonly batchReferences: readonly string[]) {
    super();
  }
}

@QueryHandler(FindSkusOfBatches)
export class FindSkusOfBatchesHandler implements IQueryHandler<FindSkusOfBatches> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ batchReferences }: FindSkusOfBatches) {
    const batches = await this.dataSource.query<{ reference: string; sku: string }[]>(
      'select reference, sku from allocation.batch where reference = any($1)',
      [batchReferences],
    );
    return new Map(batches.map(({ reference, sku }) => [reference, sku]));
  }
}
