import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { UnknownWebhook } from '../domain/errors.js';

export const STATES = ['pending', 'delivered', 'failed'] as const;
export type State = (typeof STATES)[number];

/** An event that a webhook gets, and what became of it. */
export interface DeliveryAnswer {
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  readonly sku: string;
  readonly state: State;
  readonly attempts: number;
  readonly createdAt: Date;
  readonly lastAttemptAt: Date | null;
  readonly nextAttemptAt: Date | null;
  readonly endedAt: Date | null;
  readonly status: number | null;
  readonly error: string | null;
}

/** The deliveries of a webhook, the newest event first. */
export class ListDeliveries extends Query<DeliveryAnswer[]> {
  /**
   * @param state `failed`: only these
   * @param before only events before this position
   * @param count the most that are returned
   */
  constructor(
    readonly id: string,
    readonly state: 'failed' | undefined,
    readonly before: number | undefined,
    readonly count: number,
  ) {
    super();
  }
}

/** Written out, so that the planner sees that the index of those that failed fits. */
const FAILED = `and state = 'failed'`;

@QueryHandler(ListDeliveries)
export class ListDeliveriesHandler implements IQueryHandler<ListDeliveries> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ id, state, before = Number.MAX_SAFE_INTEGER, count }: ListDeliveries) {
    const [webhook] = await this.dataSource.query<unknown[]>('select from webhooks.endpoint where id = $1', [
      id,
    ]);
    if (!webhook) throw new UnknownWebhook(id);
    // By both columns of the index, so that the planner takes it: those of other webhooks come last, and are left out.
    return this.dataSource.query<DeliveryAnswer[]>(
      `with page as materialized (
         select * from webhooks.delivery where (endpoint_id, position) < ($1, $2) ${state === 'failed' ? FAILED : ''}
          order by endpoint_id desc, position desc limit $3
       )
       select position, event_id as "eventId", type, sku, state, attempts, created_at as "createdAt",
              last_attempt_at as "lastAttemptAt",
              case when state = 'pending' and attempts > 0
                   then (select due_at from webhooks.queue
                          where queue.endpoint_id = page.endpoint_id and queue.sku = page.sku and claim is null) end as "nextAttemptAt",
              ended_at as "endedAt", status, error
         from page where endpoint_id = $1 order by position desc`,
      [id, before, count],
    );
  }
}
