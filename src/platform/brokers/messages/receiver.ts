import { Injectable, Logger } from '@nestjs/common';
import { CommandBus, type ICommand } from '@nestjs/cqrs';
import { SpanKind } from '@opentelemetry/api';
import { Busy } from '../../../kernel/domain/errors.js';
import { managerOf } from '../../../kernel/postgres/typeorm-transactions.js';
import { runCausedBy, rootCause } from '../../../kernel/cause/causation.js';
import { isUnavailable, retryTransient } from '../../../kernel/postgres/retry.js';
import { metrics } from '../../../kernel/metrics/instruments.js';
import { inSpan } from '../../../kernel/metrics/spans.js';
import { UnitOfWork } from '../../../kernel/unit-of-work/unit-of-work.js';
import type { IncomingMessage } from '../channels/broker.js';
import type { IncomingChannel } from '../channels/channel.js';
import { recordMessage } from './inbox.js';
import { labelsOf } from '../channels/message-telemetry.js';
import { readMessage, storableId, storableReason } from './read-message.js';
import { LeaderLease } from './leader-lease.js';

/** How much of the body a dead letter keeps. */
const KEPT_BODY_BYTES = 64 * 1024;
/** After this many attempts with nothing but contention a message becomes a dead letter. Each attempt takes seconds. */
const MOST_ATTEMPTS = 20;

/**
 * Applies incoming messages, each as a command on the same bus that HTTP uses. A message that cannot be read or applied
 * is dead-lettered with the reason, so that later messages continue.
 */
@Injectable()
export class Receiver {
  readonly #logger = new Logger('Broker');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: CommandBus,
    private readonly lease: LeaderLease,
  ) {}

  /** @throws {Busy} if the message should be retried in a moment */
  async receive(channel: IncomingChannel, message: IncomingMessage): Promise<void> {
    if (message.id === null && !(await retryTransient(() => this.lease.isHeld()))) return;
    const labels = labelsOf(message.broker, message.channel);
    const span = { kind: SpanKind.CONSUMER, parent: message.traceparent, attributes: labels };
    await inSpan(`process ${message.channel}`, span, (traceparent) => {
      const cause = { ...rootCause(traceparent, message.id ?? undefined), actor: channel.name };
      return runCausedBy(cause, () => this.#handle(channel, message));
    });
    metrics.messagesIn.add(1, labels);
  }

  async #handle(channel: IncomingChannel, message: IncomingMessage): Promise<void> {
    try {
      const command = readMessage(channel, message);
      await retryTransient(() => this.#apply(command, message));
    } catch (error) {
      if (error instanceof Busy && (message.attempt < MOST_ATTEMPTS || isUnavailable(error.cause)))
        throw error;
      await this.#deadLetter(message, error);
      metrics.deadLetters.add(1, labelsOf(message.broker, message.channel));
    }
  }

  async #apply(command: ICommand, message: IncomingMessage): Promise<void> {
    await this.unitOfWork.inTransaction(async (tx) => {
      if (await recordMessage(tx, message)) await this.commands.execute(command);
    });
  }

  async #deadLetter({ broker, channel, id, body }: IncomingMessage, error: unknown): Promise<void> {
    const reason = storableReason(error);
    await retryTransient(() =>
      this.unitOfWork.inTransaction((tx) =>
        managerOf(tx).query(
          `insert into broker.dead_letter (broker, channel, message_id, reason, body, size)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
          [
            broker,
            channel,
            id === null ? null : storableId(id),
            reason,
            body.subarray(0, KEPT_BODY_BYTES),
            body.length,
          ],
        ),
      ),
    );
    this.#logger.warn(`Dead-lettered a message on ${channel} from ${broker}: ${reason}`);
  }
}
