import { isUtf8 } from 'node:buffer';
import type { DataSource, EntityManager } from 'typeorm';
import { processActor } from '../../../kernel/cause/actor.js';
import { appendAudit } from '../../../kernel/audit/audit.js';
import { DomainError } from '../../../kernel/domain/errors.js';
import { explainProblem } from '../../../kernel/domain/problem-texts.js';

/**
 * - `kept`: waits for an operator
 * - `applied`: an operator retried it successfully
 * - `discarded`: an operator discarded it with a reason
 */
export type DeadLetterState = 'kept' | 'applied' | 'discarded';

export interface DeadLetter {
  readonly id: number;
  readonly broker: string;
  readonly channel: string;
  /** null if the broker has no ids. */
  readonly messageId: string | null;
  readonly reason: string;
  /** Bytes of the body as received. */
  readonly size: number;
  readonly receivedAt: Date;
  readonly state: DeadLetterState;
  readonly settledAt: Date | null;
  readonly discardReason: string | null;
}

/** With its body; of a long body only the beginning is kept. */
export type WholeDeadLetter = DeadLetter & { readonly body: Buffer };

/** With its body as JSON can have it. */
export type ReadableDeadLetter = DeadLetter & {
  /** null if it is not UTF-8. */
  readonly body: string | null;
  readonly bodyBase64: string;
};

export function withReadableBody({ body, ...letter }: WholeDeadLetter): ReadableDeadLetter {
  return { ...letter, body: isUtf8(body) ? body.toString() : null, bodyBase64: body.toString('base64') };
}

export class UnknownDeadLetter extends DomainError {
  readonly code = 'unknown-dead-letter';
  readonly kind = 'not-found';

  constructor(id: number) {
    super(`There is no dead letter ${id}.`, { id });
  }
}

explainProblem('unknown-dead-letter', {
  meaning: 'There is no dead letter with this id.',
  action: 'List the dead letters again.',
  repetition: 'after-change',
});

/** An applied or discarded dead letter stays so: it cannot be applied or discarded again. */
export class DeadLetterSettled extends DomainError {
  readonly code = 'dead-letter-settled';
  readonly kind = 'conflict';

  constructor({ id, state, settledAt, discardReason }: DeadLetter) {
    const why = discardReason === null ? '' : `: ${discardReason}`;
    super(`Dead letter ${id} was already ${state} on ${settledAt!.toISOString()}${why}`, { id, state });
  }
}

explainProblem('dead-letter-settled', {
  meaning: 'The dead letter was already applied or discarded, as `state` says. This is final.',
  action: 'Nothing is left to do. List the dead letters to see those that still wait.',
  repetition: 'after-change',
});

const COLUMNS = `id, broker, channel, message_id as "messageId", reason, size, received_at as "receivedAt",
         state, settled_at as "settledAt", discard_reason as "discardReason"`;

/** Lists dead letters, oldest first. @param all also those that were applied or discarded */
export function listDeadLetters(
  dataSource: DataSource,
  { after = 0, count, all = false }: { after?: number | undefined; count: number; all?: boolean | undefined },
): Promise<DeadLetter[]> {
  return dataSource.query(
    `select ${COLUMNS} from broker.dead_letter
      where id > $1 and (state = 'kept' or $2) order by id limit $3`,
    [after, all, count],
  );
}

/** @throws {UnknownDeadLetter} */
export async function findDeadLetter(dataSource: DataSource, id: number): Promise<WholeDeadLetter> {
  const [letter] = await dataSource.query<WholeDeadLetter[]>(
    `select ${COLUMNS}, body from broker.dead_letter where id = $1`,
    [id],
  );
  if (!letter) throw new UnknownDeadLetter(id);
  return letter;
}

/**
 * Discards a dead letter: it stays in the table with the reason until it is pruned.
 * @throws {UnknownDeadLetter | DeadLetterSettled}
 */
export async function discardDeadLetter(
  dataSource: DataSource,
  id: number,
  reason: string,
  actor = processActor(),
): Promise<void> {
  await dataSource.transaction(async (manager) => {
    const { channel } = await lockKept(manager, id);
    await manager.query(
      `update broker.dead_letter set state = 'discarded', settled_at = now(), discard_reason = $2 where id = $1`,
      [id, reason],
    );
    const details = { channel, reason };
    await appendAudit(manager, { type: 'dead-letter-discarded', actor, subject: String(id), details });
  });
}

/**
 * Locks the dead letter against other operators until the end of the transaction.
 * @throws {UnknownDeadLetter | DeadLetterSettled}
 */
export async function lockKept(manager: EntityManager, id: number): Promise<WholeDeadLetter> {
  const [letter] = await manager.query<WholeDeadLetter[]>(
    `select ${COLUMNS}, body from broker.dead_letter where id = $1 for update`,
    [id],
  );
  if (!letter) throw new UnknownDeadLetter(id);
  if (letter.state !== 'kept') throw new DeadLetterSettled(letter);
  return letter;
}
