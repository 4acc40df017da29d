import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

/** The SKU of a batch, which never changes; undefined if there is no such batch. */
export class FindSkuOfBatch extends Query<string | undefined> {
  constructor(readonly batchReference: string) {
    super();
  }
}

@QueryHandler(FindSkuOfBatch)
export class FindSkuOfBatchHandler implements IQueryHandler<FindSkuOfBatch> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ batchReference }: FindSkuOfBatch) {
    const [batch] = await this.dataSource.query<{ sku: string }[]>(
      'select sku from allocation.batch where reference = $1',
      [batchReference],
    );
    return batch?.sku;
  }
}
