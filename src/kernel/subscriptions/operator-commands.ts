import type { DataSource, EntityManager } from 'typeorm';
import { processActor } from '../cause/actor.js';
import { appendAudit } from '../audit/audit.js';
import { EventNotParked, UnknownSubscription, BlockedByEarlierEvent } from './parking/errors.js';
import { ParkedEvents } from './parking/parked-events.js';

/** More of a subscription's events are not listed. */
const MOST_LISTED = 100;

/** An event that failed: it is being tried again, or is parked until an operator retries or discards it. */
export interface FailedEvent {
  readonly subscription: string;
  readonly position: number;
  readonly type: string;
  readonly key: string;
  readonly state: 'retrying' | 'parked';
  readonly attempts: number;
  readonly error: string | null;
  /** Later events of its key that wait behind it. */
  readonly behind: number;
}

/** The events that every subscription has failed at, the oldest first: 100 of each at most. */
export async function listFailed(dataSource: DataSource): Promise<FailedEvent[]> {
  return dataSource.query(
    `select failed.*
       from event_log.subscription
      cross join lateral (
            select subscription, position, type, first.key, state, attempts, error,
                   (select count(*) from event_log.set_aside as later
                     where later.subscription = name and later.key = first.key and later.state = 'behind') as behind
              from event_log.set_aside as first join event_log.event using (position)
             where subscription = name and state in ('retrying', 'parked')
             order by position limit $1) as failed
      order by subscription collate "C", position`,
    [MOST_LISTED],
  );
}

/**
 * Lets the subscription try an event again now, with all the attempts of a new one.
 * @throws {UnknownSubscription | EventNotParked | BlockedByEarlierEvent}
 */
export async function retryEvent(
  dataSource: DataSource,
  subscription: string,
  position: number,
  actor = processActor(),
): Promise<void> {
  await dataSource.transaction(async (manager) => {
    const key = await lockFirst(manager, subscription, position);
    await new ParkedEvents(subscription).reset(manager, position);
    const details = { position, key };
    await appendAudit(manager, { type: 'event-retried', actor, subject: subscription, details });
  });
}

/**
 * Lets an event go that the subscription has failed at: it is kept with the reason, and those behind it go on.
 * @throws {UnknownSubscription | EventNotParked | BlockedByEarlierEvent}
 */
export async function discardEvent(
  dataSource: DataSource,
  subscription: string,
  position: number,
  reason: string,
  actor = processActor(),
): Promise<void> {
  await dataSource.transaction(async (manager) => {
    const key = await lockFirst(manager, subscription, position);
    await manager.query(
      `insert into event_log.discarded (subscription, position, key, attempts, error, reason)
       select subscription, position, key, attempts, error, $3
         from event_log.set_aside where subscription = $1 and position = $2`,
      [subscription, position, reason],
    );
    await new ParkedEvents(subscription).release(manager, { position, key });
    const details = { position, key, reason };
    await appendAudit(manager, { type: 'event-discarded', actor, subject: subscription, details });
  });
}

/** Keeps others from the event, which must be the first of its key that is set aside; resolves with that key. */
async function lockFirst(manager: EntityManager, subscription: string, position: number): Promise<string> {
  const known = await manager.query<unknown[]>('select from event_log.subscription where name = $1', [
    subscription,
  ]);
  if (known.length === 0) throw new UnknownSubscription(subscription);
  const [event] = await manager.query<{ key: string; state: string }[]>(
    'select key, state from event_log.set_aside where subscription = $1 and position = $2 for update',
    [subscription, position],
  );
  if (!event) throw new EventNotParked(subscription, position);
  if (event.state !== 'behind') return event.key;
  const [first] = await manager.query<{ position: number }[]>(
    'select min(position) as position from event_log.set_aside where subscription = $1 and key = $2',
    [subscription, event.key],
  );
  throw new BlockedByEarlierEvent(position, first!.position);
}
