import type { EntityManager } from 'typeorm';
import { DomainError } from '../domain/errors.js';
import { HEAD } from './head.js';

/** The events after this position were pruned by age, in part or in whole: who goes on from here would miss some. */
export class EventsPruned extends DomainError {
  readonly code = 'events-pruned';
  readonly kind = 'gone';

  constructor(after: number, upTo: number) {
    super(
      `The events up to position ${upTo} are no longer kept. Start again from what the other calls answer ` +
        `and the events after ${upTo}.`,
      { after, prunedUpTo: upTo },
    );
  }
}

/**
 * The log ends before this position: it was put back to an earlier state, from a backup or with a replica that was
 * behind. Whoever goes on from here has seen events that are gone, and would miss those that get their positions now.
 */
export class AheadOfLog extends DomainError {
  readonly code = 'ahead-of-log';
  readonly kind = 'gone';

  constructor(after: number, head: number) {
    super(
      `The log ends at position ${head}, before ${after}: it was put back to an earlier state. Start again from what ` +
        `the other calls answer and the events after ${head}.`,
      { after, head },
    );
  }
}

/** What is to be made from the whole log cannot be made from what is left of it. */
export class LogPruned extends DomainError {
  readonly code = 'log-pruned';
  readonly kind = 'conflict';

  constructor(upTo: number) {
    super(`The log is pruned up to position ${upTo}: what is left is not enough to build from.`, {
      prunedUpTo: upTo,
    });
  }
}

/**
 * Whether a caller who has seen the log up to a position can go on from there. To be asked after the events were read:
 * they may have been pruned just before. And to be asked of the primary: a replica may not have what it has given out.
 * @param after the position that a caller goes on from; 0 begins with the oldest there is
 * @throws {EventsPruned | AheadOfLog}
 */
export async function requireInLog(manager: EntityManager, after: number): Promise<void> {
  if (after === 0) return;
  const [row] = await manager.query<{ upTo: number; head: number }[]>(
    `select up_to as "upTo", ${HEAD} as head from event_log.pruned`,
  );
  const { upTo, head } = row!;
  if (after < upTo) throw new EventsPruned(after, upTo);
  if (after > head) throw new AheadOfLog(after, head);
}

/** @throws {LogPruned} where any event is gone */
export async function requireWhole(manager: EntityManager): Promise<void> {
  const upTo = await prunedUpTo(manager);
  if (upTo > 0) throw new LogPruned(upTo);
}

async function prunedUpTo(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ upTo: number }[]>('select up_to as "upTo" from event_log.pruned');
  return row!.upTo;
}
