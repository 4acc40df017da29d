import type { EntityManager } from 'typeorm';
import { DomainError } from '../domain/domain-error.js';

/** The events after this position were pruned by age, in part or in whole: who goes on from here would miss some. */
export class EventsPruned extends DomainError {
  readonly code = 'events-pruned';
  readonly kind = 'gone';

  constructor(after: number, upTo: number) {
    super(
      `The events up to position ${upTo} are no longer kept. Begin anew, from what the other calls answer ` +
        `and the events after ${upTo}.`,
      { after, prunedUpTo: upTo },
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
 * To be asked after the events were read: they may have been pruned just before.
 * @param after the position that a caller goes on from; 0 begins with the oldest there is
 * @throws {EventsPruned}
 */
export async function requireKept(manager: EntityManager, after: number): Promise<void> {
  if (after === 0) return;
  const upTo = await prunedUpTo(manager);
  if (after < upTo) throw new EventsPruned(after, upTo);
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
