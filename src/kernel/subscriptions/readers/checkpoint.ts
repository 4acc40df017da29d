import type { EntityManager } from 'typeorm';
import { APPEND_LOCK } from '../../event-log/event-log.js';
import { HEAD } from '../../event-log/head.js';

/** How far a subscription is, and whether there is anything for it to do. */
export interface Checkpoint {
  readonly position: number;
  readonly head: number;
  /** Whether an event that was set aside is due to be tried again. */
  readonly isRetryDue: boolean;
  /** Whether anything at all is set aside. */
  readonly hasSetAside: boolean;
}

export async function readCheckpoint(manager: EntityManager, name: string): Promise<Checkpoint> {
  const [progress] = await manager.query<Checkpoint[]>(
    `select position,
            ${HEAD} as head,
            exists (select from event_log.set_aside
                     where subscription = name and state = 'retrying' and next_attempt_at <= now()) as "isRetryDue",
            exists (select from event_log.set_aside where subscription = name) as "hasSetAside"
       from event_log.subscription where name = $1`,
    [name],
  );
  if (!progress) throw new Error(`${name} has no row in event_log.subscription: start the service again`);
  return progress;
}

/** What a subscription has handled of a log that now ends before. */
export interface Rewound {
  readonly from: number;
  readonly to: number;
}

/**
 * Takes a subscription back to the end of the log if it is beyond it: a backup was put back, but not of everything.
 * It would not hear of the events that get those positions next. What it had set aside or discarded of the events that
 * are gone goes with them. Nothing is appended meanwhile.
 * @returns null if it is not beyond the end of the log
 */
export async function rewind(manager: EntityManager, name: string): Promise<Rewound | null> {
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

/** Makes the subscription known, at the beginning of the log, if it is new. */
export async function registerCheckpoint(manager: EntityManager, name: string): Promise<void> {
  await manager.query('insert into event_log.subscription (name) values ($1) on conflict do nothing', [name]);
}

/** Reads the position and keeps every other reader of this subscription out until the transaction ends. */
export async function lockCheckpoint(manager: EntityManager, name: string): Promise<number> {
  const [row] = await manager.query<{ position: number }[]>(
    'select position from event_log.subscription where name = $1 for update',
    [name],
  );
  return row!.position;
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
