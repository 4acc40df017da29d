import type { EntityManager } from 'typeorm';

/** How far a subscription is, and whether there is anything for it to do. */
export interface Progress {
  readonly position: number;
  readonly head: number;
  /** Whether an event that was set aside is due to be tried again. */
  readonly isRetryDue: boolean;
  /** Whether anything at all is set aside. */
  readonly hasSetAside: boolean;
}

export async function readProgress(manager: EntityManager, name: string): Promise<Progress> {
  const [progress] = await manager.query<Progress[]>(
    `select position,
            (select coalesce(max(position), 0) from event_log.event) as head,
            exists (select from event_log.set_aside
                     where subscription = name and state = 'retrying' and next_attempt_at <= now()) as "isRetryDue",
            exists (select from event_log.set_aside where subscription = name) as "hasSetAside"
       from event_log.subscription where name = $1`,
    [name],
  );
  return progress!;
}

/** Makes the subscription known, at the beginning of the log, if it is new. */
export async function begin(manager: EntityManager, name: string): Promise<void> {
  await manager.query('insert into event_log.subscription (name) values ($1) on conflict do nothing', [name]);
}

/** Reads the position and keeps every other reader of this subscription out until the transaction ends. */
export async function lockPosition(manager: EntityManager, name: string): Promise<number> {
  const [row] = await manager.query<{ position: number }[]>(
    'select position from event_log.subscription where name = $1 for update',
    [name],
  );
  return row!.position;
}

export async function movePosition(manager: EntityManager, name: string, position: number): Promise<void> {
  await manager.query('update event_log.subscription set position = $2, moved_at = now() where name = $1', [
    name,
    position,
  ]);
}
