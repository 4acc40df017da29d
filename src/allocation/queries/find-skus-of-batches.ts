import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Replicas } from '../../kernel/postgres/replicas.js';

/** The SKUs of batches, by their references; a batch never changes its SKU. Unknown batches are left out. */
export class FindSkusOfBatches extends Query<ReadonlyMap<string, string>> {
  /** @param isCurrent whether batches of the last moments must not be left out either */
  constructor(
    readonly batchReferences: readonly string[],
    readonly isCurrent = false,
  ) {
    super();
  }
}

interface Batch {
  readonly reference: string;
  readonly sku: string;
}

const BATCHES = 'select reference, sku from allocation.batch where reference = any($1)';

@QueryHandler(FindSkusOfBatches)
export class FindSkusOfBatchesHandler implements IQueryHandler<FindSkusOfBatches> {
  constructor(
    private readonly replicas: Replicas,
    private readonly dataSource: DataSource,
  ) {}

  async execute({ batchReferences, isCurrent }: FindSkusOfBatches) {
    const batches = isCurrent
      ? await this.dataSource.query<Batch[]>(BATCHES, [batchReferences])
      : await this.replicas.query<Batch>(BATCHES, [batchReferences]);
    return new Map(batches.map(({ reference, sku }) => [reference, sku]));
  }
}
