import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { UnknownBatch } from '../domain/warehouse-errors.js';

/** The SKU of a batch, which never changes. */
export class FindSkuOfBatch extends Query<string> {
  constructor(readonly batchReference: string) {
    super();
  }
}

@QueryHandler(FindSkuOfBatch)
export class FindSkuOfBatchHandler implements IQueryHandler<FindSkuOfBatch> {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {UnknownBatch} */
  async execute({ batchReference }: FindSkuOfBatch) {
    const [batch] = await this.dataSource.query<{ sku: string }[]>(
      'select sku from allocation.batch where reference = $1',
      [batchReference],
    );
    if (!batch) throw new UnknownBatch(batchReference);
    return batch.sku;
  }
}
