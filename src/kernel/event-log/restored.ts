import type { EntityManager } from 'typeorm';
import { LAST } from './pruned.js';

/** Where the log of a restored backup ends, and where it continues. Positions. */
export interface RestoredLog {
  readonly endedAt: number;
  readonly continuesAfter: number;
}

/** Far more than a service appends in a second: an import writes 33,000. */
const MOST_EVENTS_A_SECOND = 1_000_000;
/** For clocks that differ. */
const LEAST_GAP = 1_000_000;

/**
 * How many events may be lost, so that none of their positions is ever given to another event.
 * @param seconds since the backup was begun
 */
export const gapAfter = (seconds: number): number =>
  LEAST_GAP + MOST_EVENTS_A_SECOND * Math.ceil(Math.max(0, seconds));

/**
 * Lets the log of a restored backup continue behind a gap, and notes the gap. A reader whose position is in it has seen events
 * that are gone (`AheadOfLog`), and is refused for ever, also once the log has grown past it. To be called by the owner of
 * the log, before any service runs on it.
 * @param gap positions that are left out
 * @returns null if there is no log; a log of an earlier version, which has no notes, continues behind the gap all the same
 */
export async function noteRestore(manager: EntityManager, gap: number): Promise<RestoredLog | null> {
  return manager.transaction(async (tx) => {
    const [there] = await tx.query<{ hasLog: boolean; hasNotes: boolean }[]>(
      `select to_regclass('event_log.pruned') is not null as "hasLog",
              to_regclass('event_log.restored') is not null as "hasNotes"`,
    );
    const { hasLog, hasNotes } = there!;
    if (!hasLog) return null;
    const [log] = await tx.query<RestoredLog[]>(
      `with log as materialized (
         select ${LAST} as "endedAt", pg_get_serial_sequence('event_log.event', 'position')::regclass as positions)
       select "endedAt",
              setval(positions, greatest("endedAt", pg_sequence_last_value(positions)) + $1::bigint) as "continuesAfter"
         from log`,
      [gap],
    );
    const { endedAt, continuesAfter } = log!;
    if (hasNotes)
      await tx.query(
        `insert into event_log.restored (ended_at, continues_after) values ($1, $2)
         on conflict (ended_at) do update set continues_after = excluded.continues_after, restored_at = now()`,
        [endedAt, continuesAfter],
      );
    return log!;
  });
}
