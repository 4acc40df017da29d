import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { UnknownProduct } from '../domain/unknown-product.js';

/** A line in the queue of its product. */
export interface BackorderAnswer {
  readonly orderId: string;
  readonly quantity: number;
  readonly priority: number;
  readonly channel: string | null;
  readonly split: boolean;
  readonly neededBy: string | null;
  /** When its hold ends; null: it is firm. */
  readonly expiresAt: string | null;
  /** Units that the lines before it wait for. */
  readonly unitsAhead: number;
  /** Its place in the order of the queue. */
  readonly place: number;
}

/** The lines that wait for a product, in the order of its queue. */
export class ListBackorders extends Query<BackorderAnswer[]> {
  /**
   * @param after only lines behind this place
   * @param count the most that are returned
   */
  constructor(
    readonly sku: string,
    readonly after: number,
    readonly count: number,
  ) {
    super();
  }
}

interface Row {
  readonly lines: BackorderAnswer[] | null;
}

@QueryHandler(ListBackorders)
export class ListBackordersHandler implements IQueryHandler<ListBackorders> {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws {UnknownProduct} */
  async execute({ sku, after, count }: ListBackorders) {
    // A hold whose time is up waits for nothing, even if its event is still to come (rule 11).
    const [row] = await this.dataSource.query<Row[]>(
      `with clock as materialized (select clock_timestamp() as now)
       select queued.lines
         from clock cross join allocation.product cross join lateral (
              select json_agg(json_build_object(
                       'orderId', order_id, 'quantity', quantity, 'priority', priority, 'channel', channel, 'split', split,
                       'neededBy', needed_by, 'unitsAhead', ahead, 'place', place,
                       'expiresAt', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by place) as lines
                from (select *
                        from (select *, sum(quantity) over (order by place) - quantity as ahead
                                from allocation.backorder
                               where backorder.sku = product.sku and (expires_at is null or expires_at > clock.now)) as queue
                       where place > $2
                       order by place limit $3) as wanted) as queued
        where product.sku = $1`,
      [sku, after, count],
    );
    if (!row) throw new UnknownProduct(sku);
    return row.lines ?? [];
  }
}
