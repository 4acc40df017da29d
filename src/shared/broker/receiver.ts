import { hash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { CommandBus, type ICommand } from '@nestjs/cqrs';
import { SpanKind } from '@opentelemetry/api';
import { Busy } from '../domain/busy.js';
import { managerOf } from '../persistence/typeorm-transactions.js';
import { because, beginningOf } from '../unit-of-work/cause.js';
import { retryTransient } from '../unit-of-work/retry.js';
import { measured } from '../telemetry/instruments.js';
import { inSpan } from '../telemetry/spans.js';
import { UnitOfWork } from '../unit-of-work/unit-of-work.js';
import type { IncomingMessage } from './broker.js';
import type { IncomingChannel } from './channel.js';
import { labelsOf } from './message-labels.js';
import { Unreadable } from './shape.js';
import { Turn } from './turn.js';

const LARGEST_BODY = 1024 * 1024;
const LONGEST_ID = 256;
/** What is kept of the body of a dead letter. */
const KEPT_BODY = 64 * 1024;
/** What is kept of a reason, which may quote the message. */
const KEPT_REASON = 1_000;
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
    private readonly turn: Turn,
  ) {}

  /** @throws {Busy} where it should come again in a moment; nothing has changed then */
  async receive(channel: IncomingChannel, message: IncomingMessage): Promise<void> {
    if (message.id === null && !(await retryTransient(() => this.turn.isOurs()))) return;
    const labels = labelsOf(message.broker, message.channel);
    const span = { kind: SpanKind.CONSUMER, parent: message.traceparent, attributes: labels };
    await inSpan(`process ${message.channel}`, span, (traceparent) =>
      because(beginningOf(traceparent, message.id ?? undefined), () => this.#take(channel, message)),
    );
    measured.messagesIn.add(1, labels);
  }

  async #take(channel: IncomingChannel, message: IncomingMessage): Promise<void> {
    try {
      const command = read(channel, message);
      await retryTransient(() => this.#apply(command, message));
    } catch (error) {
      if (error instanceof Busy && message.attempt < MOST_ATTEMPTS) throw error;
      await this.#keep(message, error);
      measured.deadLetters.add(1, labelsOf(message.broker, message.channel));
    }
  }

  /** The note in the inbox and what the command changes are one transaction: both are there, or neither. */
  async #apply(command: ICommand, { channel, id, formerId }: IncomingMessage): Promise<void> {
    await this.unitOfWork.inTransaction(async (tx) => {
      const [isNew] = await managerOf(tx).query<{ isNew: boolean }[]>(
        `with noted as (
           insert into broker.inbox (channel, message_id)
           select $1, $2::text where $2::text is not null
              and not exists (select from broker.inbox
                               where channel = $1 and message_id = $3 and received_at >= $4)
           on conflict do nothing returning true
         )
         select $2::text is null or exists (select from noted) as "isNew"`,
        [channel, id, formerId?.id, formerId?.sentAt],
      );
      if (isNew?.isNew) await this.commands.execute(command);
    });
  }

  async #keep({ broker, channel, id, body }: IncomingMessage, error: unknown): Promise<void> {
    const reason = reasonOf(error);
    await retryTransient(() =>
      this.unitOfWork.inTransaction((tx) =>
        managerOf(tx).query(
          `insert into broker.dead_letter (broker, channel, message_id, reason, body, size)
           values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
          [
            broker,
            channel,
            id === null ? null : storable(id),
            reason,
            body.subarray(0, KEPT_BODY),
            body.length,
          ],
        ),
      ),
    );
    this.#logger.warn(`Kept a message of ${channel} that came over ${broker}: ${reason}`);
  }
}

/** @throws {Unreadable} */
function read(channel: IncomingChannel, { id, body }: IncomingMessage): ICommand {
  if (body.length > LARGEST_BODY) throw new Unreadable(`The body has ${body.length} bytes, more than 1 MiB.`);
  if (id !== null && id !== storable(id)) {
    throw new Unreadable(`The message id must be at most ${LONGEST_ID} characters that can be stored.`);
  }
  return channel.commandIn(body);
}

function reasonOf(error: unknown): string {
  return String(error).replaceAll('\0', '').slice(0, KEPT_REASON);
}

/** The id itself where it can be stored, or one of its own: shortened alone, it could be that of another message. */
function storable(id: string): string {
  // Without NUL, and half surrogate pairs, which are no characters.
  const readable = id.replace(/[\0\p{Cs}]/gu, '');
  if (readable === id && id.length <= LONGEST_ID) return id;
  const digest = hash('sha256', Buffer.from(id, 'utf16le'));
  return `${readable.slice(0, LONGEST_ID - digest.length - 1)} ${digest}`;
}
