import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { SELECT_WEBHOOK, type WebhookAnswer } from './webhook-answer.js';

/** The webhooks by their ids. */
export class ListWebhooks extends Query<WebhookAnswer[]> {
  /**
   * @param after only ids after this one
   * @param count the most that are returned
   */
  constructor(
    readonly after: string | undefined,
    readonly count: number,
  ) {
    super();
  }
}

/** Smaller than every other id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

@QueryHandler(ListWebhooks)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooks> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ after = FIRST, count }: ListWebhooks) {
    return this.dataSource.query<WebhookAnswer[]>(`${SELECT_WEBHOOK} where id > $1 order by id limit $2`, [
      after,
      count,
    ]);
  }
}
