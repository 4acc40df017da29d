import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

/** SKUs, in their order, of which lines wait and units were protected until a day before `today`. */
export class ListEndedProtections extends Query<string[]> {
  /**
   * @param today `YYYY-MM-DD`
   * @param after only SKUs after this one; null: from the first
   * @param count the most that are returned
   */
  constructor(
    readonly today: string,
    readonly after: string | null,
    readonly count: number,
  ) {
    super();
  }
}

/**
 * It goes from product to product by the index of the queue: one entry for each product for which lines wait, and nothing
 * of the others. Exported for the test that explains it.
 */
export const ENDED_PROTECTIONS = `
  with recursive queued (sku) as (
    (select sku from allocation.backorder where sku > coalesce($2::text, '') order by sku limit 1)
    union all
    select (select sku from allocation.backorder where backorder.sku > queued.sku order by sku limit 1)
      from queued where queued.sku is not null
  )
  select sku from queued join allocation.product using (sku)
   where exists (select from jsonb_array_elements(policy->'protections') as protection
                  where (protection->>'until')::date < $1::date)
   order by sku limit $3`;

@QueryHandler(ListEndedProtections)
export class ListEndedProtectionsHandler implements IQueryHandler<ListEndedProtections> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ today, after, count }: ListEndedProtections) {
    const rows = await this.dataSource.query<{ sku: string }[]>(ENDED_PROTECTIONS, [today, after, count]);
    return rows.map(({ sku }) => sku);
  }
}
