import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Replicas } from '../../shared/persistence/replicas.js';
import type { Alert } from '../domain/alert.js';

/** A mail as it is told to callers. */
export interface NotificationAnswer {
  readonly position: number;
  readonly id: string;
  readonly kind: Alert['kind'];
  readonly sku: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly createdAt: Date;
  readonly state: 'pending' | 'sent' | 'refused';
  readonly attempts: number;
  readonly sentAt: Date | null;
  readonly error: string | null;
}

/** Who was told what, in the order in which it was to be told? */
export class ListNotifications extends Query<NotificationAnswer[]> {
  /**
   * @param sku only those about this SKU
   * @param after only those behind this position
   * @param count at most so many
   */
  constructor(
    readonly sku: string | undefined,
    readonly after: number,
    readonly count: number,
  ) {
    super();
  }
}

@QueryHandler(ListNotifications)
export class ListNotificationsHandler implements IQueryHandler<ListNotifications> {
  constructor(private readonly replicas: Replicas) {}

  async execute({ sku, after, count }: ListNotifications) {
    const parameters: unknown[] = [after, count];
    if (sku !== undefined) parameters.push(sku);
    return this.replicas.query<NotificationAnswer>(
      `select position, id, kind, sku, recipient as "to", subject, body as text, created_at as "createdAt",
              state, attempts, sent_at as "sentAt", error
         from notifications.notification
        where position > $1 ${sku === undefined ? '' : 'and sku = $3'}
        order by position limit $2`,
      parameters,
    );
  }
}
