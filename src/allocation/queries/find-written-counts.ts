import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

/** Which of these counts were written. */
export class FindWrittenCounts extends Query<ReadonlySet<string>> {
  constructor(readonly countIds: readonly string[]) {
    super();
  }
}

@QueryHandler(FindWrittenCounts)
export class FindWrittenCountsHandler implements IQueryHandler<FindWrittenCounts> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ countIds }: FindWrittenCounts) {
    const written = await this.dataSource.query<{ id: string }[]>(
      `select id from allocation.document where kind = 'count' and id = any($1)`,
      [countIds],
    );
    return new Set(written.map(({ id }) => id));
  }
}
