import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Replicas } from '../../kernel/postgres/replicas.js';
import type { Alert } from '../domain/alert.js';

/** An alert to one recipient, and the state of its mail. */
export interface NotificationAnswer {
  readonly position: number;
  readonly id: string;
  readonly kind: Alert['kind'];
  readonly sku: string;
  readonly batchReference: string | null;
  /** null while it waits for the next mail, and if an earlier release sent it. */
  readonly mailId: string | null;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly createdAt: Date;
  readonly state: 'pending' | 'sent' | 'refused';
  readonly attempts: number;
  readonly sentAt: Date | null;
  readonly error: string | null;
}

/** The alerts in the order in which they were written. */
export class ListNotifications extends Query<NotificationAnswer[]> {
  /**
   * @param sku only alerts about this SKU
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

@QueryHandler(ListNotifications)
export class ListNotificationsHandler implements IQueryHandler<ListNotifications> {
  constructor(private readonly replicas: Replicas) {}

  async execute({ sku, after, count }: ListNotifications) {
    const parameters: unknown[] = [after, count];
    if (sku !== undefined) parameters.push(sku);
    return this.replicas.query<NotificationAnswer>(
      `select alert.position, alert.id, alert.kind, alert.sku, alert.batch_reference as "batchReference",
              alert.mail_id as "mailId", alert.recipient as "to", alert.subject, alert.body as text,
              alert.created_at as "createdAt", alert.state, coalesce(mail.attempts, alert.attempts) as attempts,
              alert.sent_at as "sentAt", case when mail.id is null then alert.error else mail.error end as error
         from notifications.notification as alert
         left join notifications.mail on mail.id = alert.mail_id
        where alert.position > $1 ${sku === undefined ? '' : 'and alert.sku = $3'}
        order by alert.position limit $2`,
      parameters,
    );
  }
}
