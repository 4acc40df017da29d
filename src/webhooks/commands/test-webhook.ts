import { randomUUID } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { Endpoints } from '../domain/endpoints.js';
import { bodyOf } from '../domain/payload.js';
import { Attempts } from '../sending/attempts.js';

/** Send a test event to a webhook at once, also to one that is disabled. It is sent once, and is in no list. */
export class TestWebhook extends Command<TestResult> {
  constructor(readonly id: string) {
    super();
  }
}

export interface TestResult {
  readonly delivered: boolean;
  /** null: there was no answer. */
  readonly status: number | null;
  readonly error: string | null;
}

@CommandHandler(TestWebhook)
export class TestWebhookHandler implements ICommandHandler<TestWebhook> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly endpoints: Endpoints,
    private readonly attempts: Attempts,
  ) {}

  async execute({ id }: TestWebhook) {
    const { url, secrets, format } = await this.unitOfWork.change(
      this.endpoints,
      { id },
      (endpoint) => endpoint.required,
    );
    const event = {
      id: randomUUID(),
      type: 'WebhookTested',
      version: 1,
      key: 'TEST',
      occurredAt: new Date(),
      data: { webhookId: id },
    };
    const sent = { endpointId: id, url, secrets, eventId: event.id, format, body: bodyOf(event, format) };
    const { status, error } = await this.attempts.make(sent, new AbortController().signal);
    return { delivered: error === null, status, error };
  }
}
