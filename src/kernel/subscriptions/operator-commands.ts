import type { DataSource, EntityManager } from 'typeorm';
import { processActor } from '../cause/actor.js';
import { appendAudit } from '../audit/audit.js';
import {
  BlockedByEarlierEvent,
  EventNotParked,
  UnknownEvent,
  UnknownSubscription,
} from './parking/errors.js';
import { LAG } from './lag.js';
import { ParkedEvents } from './parking/parked-events.js';

export interface SubscriptionAnswer {
  readonly name: string;
  readonly position: number;
  readonly lag: { readonly events: number; readonly seconds: number };
  readonly parked: number;
  readonly lastError: string | null;
}

/** How far every subscription has read. */
export async function listSubscriptions(dataSource: DataSource): Promise<SubscriptionAnswer[]> {
  return dataSource.query(
    `select name, position, json_build_object('events', events, 'seconds', seconds) as lag, parked,
            (select error from event_log.set_aside
              where subscription = name and error is not null
              order by position desc limit 1) as "lastError"
       from (${LAG}) as lag
      order by name collate "C"`,
  );
}

/** Failed events of one subscription that are listed with those of all others. */
export const MOST_LISTED = 100;

/** An event that failed: it is being retried, or is parked until an operator retries or discards it. */
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

/** As SQL, `$2` failed events of the subscription `name` after the position `$1`, in order. */
const FAILED = `
  select subscription, position, type, first.key, state, attempts, error,
         (select count(*) from event_log.set_aside as later
           where later.subscription = name and later.key = first.key and later.state = 'behind') as behind
    from event_log.set_aside as first join event_log.event using (position)
   where subscription = name and state in ('retrying', 'parked') and position > $1
   order by position limit $2`;

/** The events that failed, of every subscription the oldest first: `MOST_LISTED` at most. */
export async function listFailed(dataSource: DataSource): Promise<FailedEvent[]> {
  return dataSource.query(
    `select failed.* from event_log.subscription cross join lateral (${FAILED}) as failed
      order by subscription collate "C", position`,
    [0, MOST_LISTED],
  );
}

/**
 * The events that failed in a subscription, at most `count` after a position, in order.
 * @throws {UnknownSubscription}
 */
export async function listFailedOf(
  dataSource: DataSource,
  subscription: string,
  after: number,
  count: number,
): Promise<FailedEvent[]> {
  await requireSubscription(dataSource.manager, subscription);
  return dataSource.query(
    `select failed.* from event_log.subscription cross join lateral (${FAILED}) as failed
      where name = $3 order by position`,
    [after, count, subscription],
  );
}

/**
 * Retries a failed event now, with all of its attempts again.
 * @throws {UnknownSubscription | UnknownEvent | EventNotParked | BlockedByEarlierEvent}
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
 * Discards a failed event, and keeps a note of it with the reason. The events behind it go on.
 * @throws {UnknownSubscription | UnknownEvent | EventNotParked | BlockedByEarlierEvent}
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

/**
 * Locks a failed event, which must be the first of its key.
 * @returns the key
 */
async function lockFirst(manager: EntityManager, subscription: string, position: number): Promise<string> {
  await requireSubscription(manager, subscription);
  const [event] = await manager.query<{ key: string; state: string }[]>(
    'select key, state from event_log.set_aside where subscription = $1 and position = $2 for update',
    [subscription, position],
  );
  if (!event) {
    const logged = await manager.query<unknown[]>('select from event_log.event where position = $1', [
      position,
    ]);
    throw logged.length === 0 ? new UnknownEvent(position) : new EventNotParked(subscription, position);
  }
  if (event.state !== 'behind') return event.key;
  const [first] = await manager.query<{ position: number }[]>(
    'select min(position) as position from event_log.set_aside where subscription = $1 and key = $2',
    [subscription, event.key],
  );
  throw new BlockedByEarlierEvent(position, first!.position);
}

/** @throws {UnknownSubscription} unless a service has begun it */
async function requireSubscription(manager: EntityManager, name: string): Promise<void> {
  const known = await manager.query<unknown[]>('select from event_log.subscription where name = $1', [name]);
  if (known.length === 0) throw new UnknownSubscription(name);
}
