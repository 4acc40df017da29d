import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnknownOrder } from '../domain/errors.js';
import { stateOfOrder, type OrderStateName } from '../domain/order-state.js';
import { orderAnswer, type OrderAnswer } from './order-answer.js';
import { readSnapshots } from './order-snapshots.js';

export interface OrderFilter {
  readonly state?: OrderStateName | undefined;
  readonly sku?: string | undefined;
  readonly channel?: string | undefined;
}

/** Orders that have a record, the newest first. */
export class ListOrders extends Query<{
  readonly items: readonly OrderAnswer[];
  readonly next: string | null;
}> {
  /**
   * @param after only orders that are older than this one
   * @param limit the most that are returned
   */
  constructor(
    readonly filter: OrderFilter,
    readonly after: string | undefined,
    readonly limit: number,
  ) {
    super();
  }
}

/** Orders that are looked at for one page, at most: a page of a rare state may have fewer orders than its limit. */
const MOST_LOOKED_AT = 5_000;
const PORTION = 500;

/** The place of an order in the list. */
interface Place {
  readonly orderId: string;
  /** As PostgreSQL writes it. */
  readonly createdAt: string;
}

/** What the record alone tells of a state; the rest depends on the claims. */
const BY_RECORD: Record<OrderStateName, string> = {
  cancelled: 'cancelled_at is not null',
  held: 'cancelled_at is null and expires_at > clock_timestamp()',
  expired: 'cancelled_at is null and expires_at <= clock_timestamp()',
  allocated: 'cancelled_at is null and expires_at is null',
  'partly-allocated': 'cancelled_at is null and expires_at is null',
  backordered: `cancelled_at is null and expires_at is null and exists (
    select from allocation.backorder where backorder.order_id = customer_order.order_id)`,
  'partly-shipped': 'cancelled_at is null and expires_at is null',
  shipped: 'cancelled_at is null and expires_at is null',
};

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calendar: Calendar,
  ) {}

  /** @throws {UnknownOrder} if the order to go on after has no record any more, so that its place is lost */
  async execute({ filter, after, limit }: ListOrders) {
    const items: OrderAnswer[] = [];
    let cursor = after === undefined ? undefined : await this.#placeOf(after);
    for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += PORTION) {
      const count = filter.state === undefined ? limit + 1 : PORTION;
      const places = await this.#placesAfter(filter, cursor, count);
      const found = await readSnapshots(
        this.dataSource,
        places.map(({ orderId }) => orderId),
      );
      for (const [i, place] of places.entries()) {
        if (items.length === limit) return { items, next: items.at(-1)!.orderId };
        const order = found.get(i);
        if (order && (filter.state === undefined || stateOfOrder(order) === filter.state))
          items.push(orderAnswer(order, this.calendar.today));
        cursor = place;
      }
      if (places.length < count) return { items, next: null };
    }
    return { items, next: cursor?.orderId ?? null };
  }

  async #placeOf(orderId: string): Promise<Place> {
    const [place] = await this.dataSource.query<Place[]>(
      `select order_id as "orderId", created_at::text as "createdAt"
         from allocation.customer_order where order_id = $1`,
      [orderId],
    );
    if (!place) throw new UnknownOrder(orderId);
    return place;
  }

  async #placesAfter(
    { state, sku, channel }: OrderFilter,
    after: Place | undefined,
    count: number,
  ): Promise<Place[]> {
    return this.dataSource.query<Place[]>(
      `select order_id as "orderId", created_at::text as "createdAt" from allocation.customer_order
        where ($1::text is null or channel = $1)
          and ($2::text is null or jsonb_path_query_array(lines, '$[*].sku') @> to_jsonb($2::text))
          and ($3::timestamptz is null or (created_at, order_id) < ($3, $4))
          and ${state === undefined ? 'true' : BY_RECORD[state]}
        order by created_at desc, order_id desc limit $5`,
      [channel ?? null, sku ?? null, after?.createdAt ?? null, after?.orderId ?? null, count],
    );
  }
}
