import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { StoredEvent } from '../../domain/events.js';
import { backOff } from '../../lifecycle/back-off.js';
import { withLogContext, type Cause } from '../../cause/causation.js';

/** Attempts that a failing event gets before it is parked for an operator. */
const MAX_ATTEMPTS = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 60_000;

/** An event that has failed for the last time. */
interface FailedEvent extends Cause {
  readonly type: string;
}

export interface DueEvent {
  readonly position: number;
  readonly key: string;
  readonly attempts: number;
}

/**
 * The events of a subscription that failed, and those behind them. An event that fails is retried and parked in the
 * end; later ones of its key wait behind it, in order, while the rest of the log goes on. All of them are rows of
 * `event_log.set_aside`, until they are handled or discarded.
 */
export class ParkedEvents {
  readonly #logger: Logger;

  constructor(private readonly subscription: string) {
    this.#logger = new Logger(`subscription ${subscription}`);
  }

  /** Whether any event is here. Of a projection, events are added under the lock of its checkpoint only. */
  async hasAny(manager: EntityManager): Promise<boolean> {
    const [row] = await manager.query<{ hasAny: boolean }[]>(
      'select exists (select from event_log.set_aside where subscription = $1) as "hasAny"',
      [this.subscription],
    );
    return row!.hasAny;
  }

  /** Those of the keys that have an event here. */
  async blocked(manager: EntityManager, keys: readonly string[]): Promise<Set<string>> {
    const rows = await manager.query<{ key: string }[]>(
      'select distinct key from event_log.set_aside where subscription = $1 and key = any($2)',
      [this.subscription, keys],
    );
    return new Set(rows.map(({ key }) => key));
  }

  /** The events wait behind earlier ones of their keys. */
  async blockBehind(manager: EntityManager, events: readonly StoredEvent[]): Promise<void> {
    await manager.query(
      `insert into event_log.set_aside (subscription, position, key, state)
       select $1, position, key, 'behind' from unnest($2::bigint[], $3::text[]) as event (position, key)`,
      [this.subscription, events.map(({ position }) => position), events.map(({ key }) => key)],
    );
  }

  /** The events of a slice wait whose keys have an event here already. */
  async blockBehindParked(
    manager: EntityManager,
    types: readonly string[],
    after: number,
    upTo: number,
  ): Promise<void> {
    await manager.query(
      `insert into event_log.set_aside (subscription, position, key, state)
       select $1, position, key, 'behind' from event_log.event
        where position > $3 and position <= $4 and type = any($2)
          and key in (select key from event_log.set_aside where subscription = $1)`,
      [this.subscription, types, after, upTo],
    );
  }

  /** The event has failed for the first time: it is to be retried. */
  async failed(manager: EntityManager, { position, key }: StoredEvent, error: unknown): Promise<void> {
    await manager.query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts, next_attempt_at, error)
       values ($1, $2, $3, 'retrying', 1, now() + $4 * interval '1 millisecond', $5)`,
      [this.subscription, position, key, backOff(0, FIRST_PAUSE_MS, LONGEST_PAUSE_MS), String(error)],
    );
  }

  /** The event has failed again: it is parked if that was its last attempt. */
  async failedAgain(
    manager: EntityManager,
    { position, key, attempts }: DueEvent,
    error: unknown,
  ): Promise<void> {
    const isLast = attempts + 1 >= MAX_ATTEMPTS;
    const [event] = await manager.query<FailedEvent[]>(
      `with failed as (
         update event_log.set_aside
            set state = $4, attempts = attempts + 1, error = $6,
                next_attempt_at = case $4 when 'retrying' then now() + $5 * interval '1 millisecond' end
          where subscription = $1 and position = $2 and state = 'retrying' and attempts = $3
         returning position
       )
       select type, correlation_id as "correlationId", id as "causationId", traceparent
         from failed join event_log.event using (position)`,
      [
        this.subscription,
        position,
        attempts,
        isLast ? 'parked' : 'retrying',
        backOff(attempts, FIRST_PAUSE_MS, LONGEST_PAUSE_MS),
        String(error),
      ],
    );
    if (!isLast || !event) return;
    const line = `Event ${position}, ${event.type} of ${key}, is parked until an operator retries or discards it: ${String(error)}`;
    withLogContext(event, () => this.#logger.warn(line));
  }

  /** The event whose retry has been due for longest. */
  async due(manager: EntityManager): Promise<DueEvent | undefined> {
    const [due] = await manager.query<DueEvent[]>(
      `select position, key, attempts from event_log.set_aside
        where subscription = $1 and state = 'retrying' and next_attempt_at <= now()
        order by next_attempt_at limit 1`,
      [this.subscription],
    );
    return due;
  }

  /** Whether no other instance has retried the event in the meantime. */
  async isUnchanged(manager: EntityManager, { position, attempts }: DueEvent): Promise<boolean> {
    const rows = await manager.query<unknown[]>(
      `select from event_log.set_aside
        where subscription = $1 and position = $2 and state = 'retrying' and attempts = $3`,
      [this.subscription, position, attempts],
    );
    return rows.length > 0;
  }

  /** The event has all of its attempts again, the first of them now. */
  async reset(manager: EntityManager, position: number): Promise<void> {
    await manager.query(
      `update event_log.set_aside set state = 'retrying', attempts = 0, next_attempt_at = now()
        where subscription = $1 and position = $2`,
      [this.subscription, position],
    );
  }

  /** The event is handled or discarded: the one behind it, if any, is due now. */
  async release(
    manager: EntityManager,
    { position, key }: Pick<DueEvent, 'position' | 'key'>,
  ): Promise<void> {
    await manager.query(
      `with gone as (
         delete from event_log.set_aside where subscription = $1 and position = $2
       )
       update event_log.set_aside set state = 'retrying', next_attempt_at = now()
        where subscription = $1
          and position = (select min(position) from event_log.set_aside
                           where subscription = $1 and key = $3 and position > $2)`,
      [this.subscription, position, key],
    );
  }
}
