import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import type { StoredEvent } from '../../kernel/domain/events.js';
import { EventLog } from '../../kernel/event-log/event-log.js';
import type { PassedOver } from '../domain/passed-over.js';
import { UnknownOrder } from '../domain/errors.js';

/** Something that happened to a line of an order. */
export interface OrderHistoryEntry {
  readonly position: number;
  readonly occurredAt: Date;
  readonly type: string;
  readonly sku: string;
  /** Null if the event needs none. */
  readonly reason: string | null;
  readonly actor: string | null;
  /** Batches that the line would have preferred, and why it did not get its units from them; at most five. */
  readonly passedOver: readonly PassedOver[];
  /** The facts of the event. */
  readonly data: object;
}

/** What happened to the lines of an order, in the order in which it was committed. */
export class ListOrderHistory extends Query<OrderHistoryEntry[]> {
  /**
   * @param after only what is after this position of the log
   * @param count the most that are returned
   */
  constructor(
    readonly orderId: string,
    readonly after: number,
    readonly count: number,
  ) {
    super();
  }
}

@QueryHandler(ListOrderHistory)
export class ListOrderHistoryHandler implements IQueryHandler<ListOrderHistory> {
  constructor(
    private readonly dataSource: DataSource,
    private readonly log: EventLog,
  ) {}

  /** @throws {UnknownOrder} if there is no such order, and the log knows none */
  async execute({ orderId, after, count }: ListOrderHistory) {
    const events = await this.#eventsAfter(after, orderId, count);
    if (events.length === 0 && !(await this.#isKnown(orderId))) throw new UnknownOrder(orderId);
    return events.map(toEntry);
  }

  #eventsAfter(position: number, orderId: string, count: number): Promise<StoredEvent[]> {
    return this.log.readAbout(this.dataSource.manager, orderId, position, count);
  }

  async #isKnown(orderId: string): Promise<boolean> {
    const [row] = await this.dataSource.query<[{ exists: boolean }]>(
      `select exists (select from allocation.customer_order where order_id = $1)
              or exists (select from allocation.line where order_id = $1)
              or exists (select from allocation.backorder where order_id = $1) as exists`,
      [orderId],
    );
    return row.exists || (await this.#eventsAfter(0, orderId, 1)).length > 0;
  }
}

function toEntry({ position, occurredAt, type, key, actor, data }: StoredEvent): OrderHistoryEntry {
  const { reason = null, passedOver = [] } = data as {
    readonly reason?: string;
    readonly passedOver?: readonly PassedOver[];
  };
  return { position, occurredAt, type, sku: key, reason, actor, passedOver, data };
}
