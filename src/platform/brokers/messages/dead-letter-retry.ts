import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { DataSource } from 'typeorm';
import { processActor } from '../../../kernel/cause/actor.js';
import { appendAudit } from '../../../kernel/audit/audit.js';
import { Busy, DomainError } from '../../../kernel/domain/errors.js';
import { explainProblem } from '../../../kernel/domain/problem-texts.js';
import { managerOf } from '../../../kernel/postgres/typeorm-transactions.js';
import { runCausedBy, rootCause } from '../../../kernel/cause/causation.js';
import { retryTransient } from '../../../kernel/postgres/retry.js';
import { UnitOfWork } from '../../../kernel/unit-of-work/unit-of-work.js';
import { incomingOf, REGISTRY, type IncomingChannel, type Registry } from '../channels/channel.js';
import { lockKept, type WholeDeadLetter } from './dead-letters.js';
import { InvalidMessage } from '../channels/message-schema.js';
import { recordMessage } from './inbox.js';
import { readMessage, storableReason } from './read-message.js';

/** Only the beginning of its body was kept, so it cannot be applied. */
export class DeadLetterNotWhole extends DomainError {
  readonly code = 'dead-letter-not-whole';
  readonly kind = 'conflict';

  constructor({ id, size, body }: WholeDeadLetter) {
    super(`Dead letter ${id} had ${size} bytes, of which only ${body.length} were kept.`, { id });
  }
}

explainProblem('dead-letter-not-whole', {
  meaning: 'The message was so long that only its beginning was kept, so it cannot be applied.',
  action: 'Have the sender send the message again, and discard the dead letter.',
  repetition: 'after-change',
});

export class UnknownChannel extends DomainError {
  readonly code = 'unknown-channel';
  readonly kind = 'conflict';

  constructor({ id, channel }: WholeDeadLetter) {
    super(`Dead letter ${id} was received on ${channel}, a channel that this version does not have.`, {
      id,
      channel,
    });
  }
}

explainProblem('unknown-channel', {
  meaning: 'The message came over a channel that this version of the service does not have.',
  action: 'Retry it with the version that has the channel, or discard it.',
  repetition: 'after-change',
});

/** It was tried again, and failed again: it is kept, with the new reason. */
export class DeadLetterFailed extends DomainError {
  readonly code = 'dead-letter-failed';
  readonly kind = 'unprocessable';

  /** @param why the refusal of its command, or what is wrong with the message */
  constructor(id: number, why: DomainError | InvalidMessage) {
    super(why.message, { id, reason: why instanceof DomainError ? why.code : 'invalid-message' });
  }
}

explainProblem('dead-letter-failed', {
  meaning: 'The message was tried again and failed again. It is kept, with the new reason.',
  action: 'Remove the cause that `detail` names and retry it, or discard it.',
  repetition: 'after-change',
});

/** Retries dead letters in the same way as a message that has just been received. */
@Injectable()
export class DeadLetterRetry {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: CommandBus,
    private readonly dataSource: DataSource,
    @Inject(REGISTRY) private readonly registry: Registry,
  ) {}

  /**
   * Applies a dead letter exactly once: its state, its inbox entry and its change are one transaction, which locks its
   * row. If it fails again it stays, with the new reason. Its events name the channel as actor, as they would have done at
   * the first time; the audit log names the operator.
   * @returns false if the message was repeated meanwhile and applied then
   * @throws {UnknownDeadLetter | DeadLetterSettled | DeadLetterNotWhole | UnknownChannel | DeadLetterFailed | Busy}
   */
  async retry(id: number, actor = processActor()): Promise<boolean> {
    let isTried = false;
    try {
      return await retryTransient(() =>
        this.unitOfWork.inTransaction(async (tx) => {
          const letter = await lockKept(managerOf(tx), id);
          const { channel, messageId, size, body } = letter;
          if (size > body.length) throw new DeadLetterNotWhole(letter);
          const source = this.#channelOf(letter);
          isTried = true;
          const command = readMessage(source, { id: messageId, body });
          const isNew = await recordMessage(tx, { channel, id: messageId });
          const cause = { ...rootCause(undefined, messageId ?? undefined), actor: channel };
          if (isNew) await runCausedBy(cause, () => this.commands.execute(command));
          await managerOf(tx).query(
            `update broker.dead_letter set state = 'applied', settled_at = now() where id = $1`,
            [id],
          );
          await appendAudit(managerOf(tx), {
            type: 'dead-letter-retried',
            actor,
            subject: String(id),
            details: { channel, isNew },
          });
          return isNew;
        }),
      );
    } catch (error) {
      if (!isTried || error instanceof Busy) throw error;
      await this.#updateReason(id, error);
      throw isRefusal(error) ? new DeadLetterFailed(id, error) : error;
    }
  }

  #channelOf(letter: WholeDeadLetter): IncomingChannel {
    const channel = incomingOf(this.registry).find(({ name }) => name === letter.channel);
    if (!channel) throw new UnknownChannel(letter);
    return channel;
  }

  async #updateReason(id: number, error: unknown): Promise<void> {
    await this.dataSource.query(
      `update broker.dead_letter set reason = $2 where id = $1 and state = 'kept'`,
      [id, storableReason(error)],
    );
  }
}

const isRefusal = (error: unknown): error is DomainError | InvalidMessage =>
  error instanceof DomainError || error instanceof InvalidMessage;
