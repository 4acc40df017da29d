import type { EntityManager } from 'typeorm';
import { DomainError } from '../domain/errors.js';
import { explainProblem } from '../domain/problem-texts.js';
import { FIRST_RESERVED } from './positions.js';

/**
 * As SQL, the highest position that an event of the log has, or had before it was pruned; 0 while there was none.
 */
export const LAST = `greatest(0, (select max(position) from event_log.event), (select up_to from event_log.pruned))`;

/** As SQL, the position up to which the log can be read: every event up to there is here, was pruned or never will be. */
export const HEAD = `least(${LAST}, ${FIRST_RESERVED} - 1)`;

/**
 * As SQL, where a slice of so many positions at most ends that begins at the first event after a position. To pass a gap takes no
 * reads, however long it is: what was pruned, or what is left out after a restore.
 * @param after SQL of the position
 * @param most a number of positions, or the SQL of one
 */
export const endOfSlice = (after: string, most: number | string): string => `
  least(${HEAD}, (select min(position) - 1 + ${most} from event_log.event where position > ${after}))`;

/** Events after this position were pruned by age: a reader that continues from here would miss some. */
export class EventsPruned extends DomainError {
  readonly code = 'events-pruned';
  readonly kind = 'gone';

  constructor(after: number, upTo: number) {
    super(
      `The events up to position ${upTo} are no longer kept. Read the current state from the other calls, ` +
        `then the events after ${upTo}.`,
      { after, prunedUpTo: upTo },
    );
  }
}

explainProblem('events-pruned', {
  meaning:
    'Some events after this position are no longer kept: a reader that continues here would miss them.',
  action: 'Read the current state from the other calls, then the events after `prunedUpTo`.',
  repetition: 'after-change',
});

/**
 * The log ends before this position, or ended before it when it was restored to an earlier state: from a backup or a replica
 * that was behind. A reader that continues from here has seen events that are gone, and may miss those that get their
 * positions now.
 */
export class AheadOfLog extends DomainError {
  readonly code = 'ahead-of-log';
  readonly kind = 'gone';

  /** @param hasGrown whether the log has more events by now; `head` is where it ended when it was restored */
  constructor(after: number, head: number, hasGrown = false) {
    super(
      `The log ${hasGrown ? 'ended' : 'ends'} at position ${head}, before ${after}: it was restored to an earlier state. Read the current ` +
        `state from the other calls, then the events after ${head}.`,
      { after, head },
    );
  }
}

explainProblem('ahead-of-log', {
  meaning:
    'The log ends before this position, or ended before it when it was restored to an earlier state: from a ' +
    'backup or a replica that was behind.',
  action: 'Read the current state from the other calls, then the events after `head`.',
  repetition: 'after-change',
});

/** A read model needs the whole log, and a part of it is pruned. */
export class LogPruned extends DomainError {
  readonly code = 'log-pruned';
  readonly kind = 'conflict';

  constructor(upTo: number) {
    super(`The log is pruned up to position ${upTo}: a read model can be rebuilt from the whole log only.`, {
      prunedUpTo: upTo,
    });
  }
}

explainProblem('log-pruned', {
  meaning: 'Old events are no longer kept, and a read model can only be rebuilt from the whole log.',
  action: 'Leave the read model as it is, or restore a backup that has the whole log.',
  repetition: 'after-change',
});

/**
 * Requires that a caller can continue from a position. To be called after the events were read, since they may have been
 * pruned just before, and on the primary, since a replica may be behind.
 * @param after the position that a caller continues from; 0 begins with the oldest event there is
 * @throws {EventsPruned | AheadOfLog}
 */
export async function requireInLog(manager: EntityManager, after: number): Promise<void> {
  if (after === 0) return;
  const [row] = await manager.query<{ upTo: number; head: number; restoredAt: number | null }[]>(
    `select up_to as "upTo", ${HEAD} as head,
            (select min(ended_at) from event_log.restored
              where ended_at < $1 and continues_after > $1) as "restoredAt"
       from event_log.pruned`,
    [after],
  );
  const { upTo, head, restoredAt } = row!;
  if (after < upTo) throw new EventsPruned(after, upTo);
  if (restoredAt !== null) throw new AheadOfLog(after, restoredAt, head > restoredAt);
  if (after > head) throw new AheadOfLog(after, head);
}

/** @throws {LogPruned} if any event is gone */
export async function requireWhole(manager: EntityManager): Promise<void> {
  const upTo = await prunedUpTo(manager);
  if (upTo > 0) throw new LogPruned(upTo);
}

async function prunedUpTo(manager: EntityManager): Promise<number> {
  const [row] = await manager.query<{ upTo: number }[]>('select up_to as "upTo" from event_log.pruned');
  return row!.upTo;
}
