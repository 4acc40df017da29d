import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { StoredEvent } from '../../domain/events.js';
import { type EventLog } from '../../event-log/event-log.js';
import { runCausedBy } from '../../cause/causation.js';
import { lockCheckpoint, advanceCheckpoint } from './checkpoint.js';
import type { Reader } from './reader.js';
import { ParkedEvents } from '../parking/parked-events.js';
import { Unreachable, type Delivery, type SubscriptionOptions } from './subscription.js';

/** Events that are read at once; each moves the position by itself. */
const STRETCH = 100;
/** Events that are delivered together at most. */
const STRETCH_TOGETHER = 1_000;
/** The class of advisory locks that are leases of subscriptions. */
const LEASE = 0x6c65_6173;

/**
 * Reads the log for a delivery: no transaction is open while it acts. One instance at a time has the lease, an
 * advisory lock that the server takes back when the instance dies. The position moves on the connection that
 * holds the lease and nowhere else, so an instance that has lost it can no longer move it.
 */
export class DeliveryReader implements Reader {
  readonly #options: SubscriptionOptions;
  readonly #delivery: Delivery;
  readonly #dataSource: DataSource;
  readonly #log: EventLog;
  readonly #setAside: ParkedEvents;
  #lease: QueryRunner | null = null;

  constructor(options: SubscriptionOptions, delivery: Delivery, dataSource: DataSource, log: EventLog) {
    this.#options = options;
    this.#delivery = delivery;
    this.#dataSource = dataSource;
    this.#log = log;
    this.#setAside = new ParkedEvents(options.name);
  }

  async step(): Promise<boolean> {
    return this.#withLease(async (manager) => {
      const { name, events: hears } = this.#options;
      const position = await lockCheckpoint(manager, name);
      const stretch = this.#delivery.deliverBatch ? STRETCH_TOGETHER : STRETCH;
      const { events, upTo } = await this.#log.readOf(manager, hears, position, stretch);
      if (await this.#handleTogether(manager, events, upTo)) return;
      for (const event of events) await this.#handle(manager, event);
      if (upTo > position) await advanceCheckpoint(manager, name, upTo);
    });
  }

  async retry(): Promise<boolean> {
    return this.#withLease(async (manager) => {
      const due = await this.#setAside.due(manager);
      const event = due && (await this.#log.at(manager, due.position));
      if (!due) return;
      const failure = event && (await this.#attempt(event));
      if (failure) await this.#setAside.failedAgain(manager, due, failure.error);
      else await this.#setAside.release(manager, due);
    });
  }

  async close(): Promise<void> {
    const lease = this.#lease;
    this.#lease = null;
    // Ends the session's locks with it: the connection goes back to the pool.
    await lease?.query('select pg_advisory_unlock_all()').catch(() => undefined);
    await lease?.release();
  }

  /** False where something of the stretch failed, or nothing can go together. */
  async #handleTogether(
    manager: EntityManager,
    events: readonly StoredEvent[],
    upTo: number,
  ): Promise<boolean> {
    if (!this.#delivery.deliverBatch || events.length === 0) return false;
    const keys = events.map(({ key }) => key);
    const blocked = await this.#setAside.blocked(manager, keys);
    const behind = events.filter(({ key }) => blocked.has(key));
    const { upcasters } = this.#log;
    try {
      const free = events.filter(({ key }) => !blocked.has(key)).map((event) => upcasters.current(event));
      await this.#delivery.deliverBatch(free);
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      return false;
    }
    await manager.transaction(async (tx) => {
      if (behind.length > 0) await this.#setAside.blockBehind(tx, behind);
      await advanceCheckpoint(tx, this.#options.name, upTo);
    });
    return true;
  }

  async #handle(manager: EntityManager, event: StoredEvent): Promise<void> {
    const { name } = this.#options;
    const isBlocked = (await this.#setAside.blocked(manager, [event.key])).size > 0;
    const failure = isBlocked ? null : await this.#attempt(event);
    await manager.transaction(async (tx) => {
      if (isBlocked) await this.#setAside.blockBehind(tx, [event]);
      if (failure) await this.#setAside.failed(tx, event, failure.error);
      await advanceCheckpoint(tx, name, event.position);
    });
  }

  async #attempt(event: StoredEvent): Promise<{ readonly error: unknown } | null> {
    try {
      const { correlationId, id: causationId, traceparent } = event;
      const cause = { correlationId, causationId, traceparent };
      const current = this.#log.upcasters.current(event);
      await runCausedBy(cause, () => this.#delivery.deliver(current));
      return null;
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      return { error };
    }
  }

  async #withLease(work: (manager: EntityManager) => Promise<void>): Promise<boolean> {
    try {
      this.#lease ??= await this.#acquire();
      if (!this.#lease) return false;
      await work(this.#lease.manager);
      return true;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #acquire(): Promise<QueryRunner | null> {
    const runner = this.#dataSource.createQueryRunner('master');
    let isHeld = false;
    try {
      const [row] = (await runner.query('select pg_try_advisory_lock($1, hashtext($2)) as held', [
        LEASE,
        this.#options.name,
      ])) as { held: boolean }[];
      isHeld = row?.held === true;
    } finally {
      if (!isHeld) await runner.release();
    }
    return isHeld ? runner : null;
  }
}
