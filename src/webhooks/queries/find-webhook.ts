import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { UnknownWebhook } from '../domain/errors.js';
import { SELECT_WEBHOOK, type WebhookAnswer } from './webhook-answer.js';

/** One webhook. */
export class FindWebhook extends Query<WebhookAnswer> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(FindWebhook)
export class FindWebhookHandler implements IQueryHandler<FindWebhook> {
  constructor(private readonly dataSource: DataSource) {}

  async execute({ id }: FindWebhook) {
    const [webhook] = await this.dataSource.query<WebhookAnswer[]>(`${SELECT_WEBHOOK} where id = $1`, [id]);
    if (!webhook) throw new UnknownWebhook(id);
    return webhook;
  }
}
