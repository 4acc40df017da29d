import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';

/** A page of the SKUs of an order's lines. */
export interface SkusOfOrder {
  readonly skus: readonly string[];
  /** The greatest SKU of the whole order; null if it has no line. */
  readonly last: string | null;
}

/** The SKUs of the lines of an order, in order. */
export class ListSkusOfOrder extends Query<SkusOfOrder> {
  /**
   * @param range only SKUs greater than `after`, and none greater than `upTo`
   * @param count the most that are returned
   */
  constructor(
    readonly orderId: string,
    readonly range: { readonly after?: string; readonly upTo?: string },
    readonly count: number,
  ) {
    super();
  }
}

@QueryHandler(ListSkusOfOrder)
export class ListSkusOfOrderHandler implements IQueryHandler<ListSkusOfOrder> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ orderId, range: { after = '', upTo }, count }: ListSkusOfOrder) {
    const [page] = await this.dataSource.query<SkusOfOrder[]>(
      `select array(select sku from allocation.line
                     where order_id = $1 and sku > $2 and ($3::text is null or sku <= $3::text collate "C")
                     order by sku limit $4) as skus,
              (select max(sku) from allocation.line where order_id = $1) as last`,
      [orderId, after, upTo ?? null, count],
    );
    return page!;
  }
}
