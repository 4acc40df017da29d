import type { EntityManager } from 'typeorm';
import { APPEND_LOCK } from '../../event-log/positions.js';
import { endOfSlice, HEAD, LAST } from '../../event-log/pruned.js';
import { byOrdinal, QueryBatcher } from '../../queries/query-batcher.js';

/** How many positions are searched for an event of a subscription; beyond them one may be. */
const MOST_POSITIONS = 10_000;

/** How far a subscription has read, and what is left to do. */
export interface Checkpoint {
  readonly position: number;
  readonly head: number;
  /** Whether an event of its types that it has not handled may be between the two. */
  readonly hasEvents: boolean;
  readonly isRetryDue: boolean;
  /** Whether transactions have reserved positions: the log ends before them. */
  readonly hasReserved: boolean;
}

/** A subscription that asks how far it is. */
export interface Asking {
  readonly name: string;
  readonly types: readonly string[];
  /** The position up to which it is known already that no event is left. */
  readonly searched: number;
}

/** Reads the checkpoints of all that ask at the same moment with one statement. */
export type Checkpoints = QueryBatcher<Asking, Checkpoint>;

export const checkpointsIn = (manager: EntityManager): Checkpoints =>
  new QueryBatcher((asking) => readCheckpoints(manager, asking));

/** @returns by their indexes; nothing for a subscription that has no checkpoint */
export async function readCheckpoints(
  manager: EntityManager,
  asking: readonly Asking[],
): Promise<ReadonlyMap<number, Checkpoint>> {
  return byOrdinal(
    await manager.query<(Checkpoint & { place: number })[]>(
      `with log as materialized (
         select ${HEAD} as head, exists (select from event_log.reserved) as "hasReserved")
       select place, position, head, "hasReserved",
              head - searched > ${MOST_POSITIONS} or exists (
                select from event_log.event
                 where event.position > searched and event.position <= head and type = any(types)
                   and (handled_by is null or name <> all (handled_by) or event.position <= begun_at)) as "hasEvents",
              exists (select from event_log.set_aside
                       where subscription = name and state = 'retrying' and next_attempt_at <= now()) as "isRetryDue"
         from (select place, name, position, begun_at, string_to_array(types, ',') as types,
                      greatest(position, searched) as searched
                 from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as asking (name, types, searched, place)
                 join event_log.subscription using (name)) as checkpoint, log`,
      [
        asking.map(({ name }) => name),
        asking.map(({ types }) => types.join(',')),
        asking.map(({ searched }) => searched),
      ],
    ),
  );
}

/**
 * Takes a subscription back to the end of the log if it is beyond it, as after a partial restore from a backup:
 * otherwise it would miss the events that get those positions next. Its parked and discarded events beyond the end are
 * deleted. Nothing is appended meanwhile.
 * @returns from which position it was taken back and to which; null if it is not beyond the end of the log
 */
export async function rewind(manager: EntityManager, name: string) {
  return manager.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [APPEND_LOCK]);
    const from = await lockCheckpoint(tx, name);
    const [end] = await tx.query<{ head: number }[]>(`select ${HEAD} as head`);
    const to = end!.head;
    if (from <= to) return null;
    await advanceCheckpoint(tx, name, to);
    await tx.query('delete from event_log.set_aside where subscription = $1 and position > $2', [name, to]);
    await tx.query('delete from event_log.discarded where subscription = $1 and position > $2', [name, to]);
    return { from, to };
  });
}

/**
 * Stores a checkpoint at the beginning of the log if the subscription is new. What one of its name has handled before is gone
 * then, as after its schema was reverted, so it reads all events that are there.
 */
export async function registerCheckpoint(manager: EntityManager, name: string): Promise<void> {
  await manager.query(
    `insert into event_log.subscription (name, begun_at) select $1, ${LAST} on conflict do nothing`,
    [name],
  );
}

/** Reads the position, and locks out every other reader of this subscription until the transaction ends. */
export async function lockCheckpoint(manager: EntityManager, name: string): Promise<number> {
  const [row] = await manager.query<{ position: number }[]>(
    'select position from event_log.subscription where name = $1 for update',
    [name],
  );
  return row!.position;
}

/** Where the next slice of a subscription ends, whose checkpoint is locked. */
export async function endOfNextSlice(manager: EntityManager, name: string, most: number): Promise<number> {
  const checkpoint = '(select position from event_log.subscription where name = $1)';
  const [row] = await manager.query<{ upTo: number }[]>(
    `select ${endOfSlice(checkpoint, '$2::bigint')} as "upTo"`,
    [name, most],
  );
  return row!.upTo;
}

export async function advanceCheckpoint(
  manager: EntityManager,
  name: string,
  position: number,
): Promise<void> {
  await manager.query('update event_log.subscription set position = $2, moved_at = now() where name = $1', [
    name,
    position,
  ]);
}
