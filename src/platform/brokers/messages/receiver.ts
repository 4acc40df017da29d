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
import { noteMessage } from './inbox.js';
import { labelsOf } from '../channels/message-labels.js';
import { readMessage, storableId, storableReason } from './read-message.js';
import { LeaderLease } from './leader-lease.js';

/** What is kept of the body of a dead letter. */
const KEPT_BODY = 64 * 1024;
/** A message that still meets nothing but contention is taken for one that cannot be applied. Each lasts seconds. */
const MOST_ATTEMPTS = 20;

/**
 * Applies what comes in over a broker: the same command on the same bus as everybody's. What cannot be read or
 * applied is kept with the reason, so that the messages after it go on.
 */
@Injectable()
export class Receiver {
  readonly #logger = new Logger('Broker');

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: CommandBus,
    private readonly turn: LeaderLease,
  ) {}

  /** @throws {Busy} where it should come again in a moment; nothing has changed then */
  async receive(channel: IncomingChannel, message: IncomingMessage): Promise<void> {
    if (message.id === null && !(await retryTransient(() => this.turn.isHeld()))) return;
    const labels = labelsOf(message.broker, message.channel);
    const span = { kind: SpanKind.CONSUMER, parent: message.traceparent, attributes: labels };
    await inSpan(`process ${message.channel}`, span, (traceparent) =>
      runCausedBy(rootCause(traceparent, message.id ?? undefined), () => this.#take(channel, message)),
    );
    metrics.messagesIn.add(1, labels);
  }

  async #take(channel: IncomingChannel, message: IncomingMessage): Promise<void> {
    try {
      const command = readMessage(channel, message);
      await retryTransient(() => this.#apply(command, message));
    } catch (error) {
      if (error instanceof Busy && (message.attempt < MOST_ATTEMPTS || isUnavailable(error.cause)))
        throw error;
      await this.#keep(message, error);
      metrics.deadLetters.add(1, labelsOf(message.broker, message.channel));
    }
  }

  async #apply(command: ICommand, message: IncomingMessage): Promise<void> {
    await this.unitOfWork.inTransaction(async (tx) => {
      if (await noteMessage(tx, message)) await this.commands.execute(command);
    });
  }

  async #keep({ broker, channel, id, body }: IncomingMessage, error: unknown): Promise<void> {
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
            body.subarray(0, KEPT_BODY),
            body.length,
          ],
        ),
      ),
    );
    this.#logger.warn(`Dead-lettered a message on ${channel} from ${broker}: ${reason}`);
  }
}
