import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Replicas } from '../../kernel/postgres/replicas.js';

/** An order line that lost its batch and fitted in no other. */
export interface LostPromiseAnswer {
  /** Position of the event that reports it. */
  readonly position: number;
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly batchReference: string;
  readonly lostAt: Date;
  /** When the alert that counts it was written; null while it waits for the end of the quiet period. */
  readonly reportedAt: Date | null;
}

/** Lost promises in the order in which they were lost. */
export class ListLostPromises extends Query<LostPromiseAnswer[]> {
  /**
   * @param sku only promises of this SKU
   * @param after only positions after this one
   * @param count the most that are returned
   */
  constructor(
    readonly sku: string | undefined,
    readonly after: number,
    readonly count: number,
  ) {
    super();
  }
}

@QueryHandler(ListLostPromises)
export class ListLostPromisesHandler implements IQueryHandler<ListLostPromises> {
  constructor(private readonly replicas: Replicas) {}

  async execute({ sku, after, count }: ListLostPromises) {
    const parameters: unknown[] = [after, count];
    if (sku !== undefined) parameters.push(sku);
    return this.replicas.query<LostPromiseAnswer>(
      `select position, order_id as "orderId", sku, quantity, batch_reference as "batchReference",
              lost_at as "lostAt", reported_at as "reportedAt"
         from notifications.lost_promise
        where position > $1 ${sku === undefined ? '' : 'and sku = $3'}
        order by position limit $2`,
      parameters,
    );
  }
}
