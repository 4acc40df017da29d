import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { Calendar } from '../../kernel/lifecycle/calendar.js';
import { UnknownOrder } from '../domain/errors.js';
import { stateOfOrder, type OrderSnapshot, type OrderStateName } from '../domain/order-state.js';
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

/** Orders that are looked at for one page, at most: it may have fewer orders than its limit if most fail the filter. */
const MOST_LOOKED_AT = 5_000;
const PORTION = 500;

/** The place of an order in the list. */
interface Place {
  readonly orderId: string;
  /** As PostgreSQL writes it. */
  readonly createdAt: string;
}

interface Candidate extends Place {
  /** Whether the order may be asked for, by its record alone. */
  readonly mayFit: boolean;
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
    // Without another filter than the one by which they are read, nearly every order that is looked at is in the list.
    const isExact = filter.state === undefined && (filter.sku === undefined || filter.channel === undefined);
    const count = isExact ? limit + 1 : PORTION;
    for (let lookedAt = 0; lookedAt < MOST_LOOKED_AT; lookedAt += count) {
      const candidates = await this.#candidatesAfter(filter, cursor, count);
      const places = candidates.filter(({ mayFit }) => mayFit);
      const found = await readSnapshots(
        this.dataSource,
        places.map(({ orderId }) => orderId),
      );
      for (const order of places.flatMap((_, i) => found.get(i) ?? [])) {
        if (!fits(order, filter)) continue;
        if (items.length === limit) return { items, next: items.at(-1)!.orderId };
        items.push(orderAnswer(order, this.calendar.today));
      }
      if (candidates.length < count) return { items, next: null };
      cursor = candidates.at(-1);
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

  async #candidatesAfter(filter: OrderFilter, after: Place | undefined, count: number): Promise<Candidate[]> {
    const { sql, values } = candidatesAfter(filter, after, count);
    return this.dataSource.query<Candidate[]>(sql, values);
  }
}

/**
 * Reads a part of the list by the index that it is in the order of: by SKU, by channel, or all orders. What else is
 * filtered by is looked at afterwards, so that it costs the same however many orders there are and wherever it begins.
 * Each combination has a statement of its own: an optional condition would keep the planner from the index.
 */
export function candidatesAfter(
  { state, sku, channel }: OrderFilter,
  after: Place | undefined,
  count: number,
): { readonly sql: string; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const part = [
    ...(sku === undefined ? [] : [`sku = ${parameter(sku)}`]),
    ...(channel === undefined || sku !== undefined ? [] : [`channel = ${parameter(channel)}`]),
    ...(after
      ? [`(created_at, order_id) < (${parameter(after.createdAt)}::timestamptz, ${parameter(after.orderId)})`]
      : []),
  ].join(' and ');
  const inOrder = `${part && `where ${part}`} order by created_at desc, order_id desc limit ${parameter(count)}`;
  const rest = [
    ...(sku === undefined ? [] : ['customer_order.created_at = place.created_at']),
    ...(channel === undefined || sku === undefined ? [] : [`channel = ${parameter(channel)}`]),
    ...(state === undefined ? [] : [BY_RECORD[state]]),
  ].join(' and ');
  const from =
    sku === undefined
      ? `(select * from allocation.customer_order ${inOrder}) as customer_order`
      : `(select created_at, order_id from allocation.order_of_sku ${inOrder}) as place
          left join lateral (
               select * from allocation.customer_order where order_id = place.order_id offset 0) as customer_order on true`;
  const place = sku === undefined ? 'customer_order' : 'place';
  return {
    sql: `select ${place}.order_id as "orderId", ${place}.created_at::text as "createdAt",
                 coalesce(${rest || 'true'}, false) as "mayFit"
            from ${from}
           order by ${place}.created_at desc, ${place}.order_id desc`,
    values,
  };
}

/** The order may have changed since its place was read. */
function fits(order: OrderSnapshot, { state, sku, channel }: OrderFilter): boolean {
  return (
    (state === undefined || stateOfOrder(order) === state) &&
    (sku === undefined || order.lines.some((line) => line.sku === sku)) &&
    (channel === undefined || order.channel === channel)
  );
}
