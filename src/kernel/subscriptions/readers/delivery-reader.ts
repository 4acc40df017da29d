import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { StoredEvent } from '../../domain/events.js';
import { type EventLog } from '../../event-log/event-log.js';
import { runCausedBy } from '../../cause/causation.js';
import { lockCheckpoint, advanceCheckpoint } from './checkpoint.js';
import { type Delivery, type Reader, type SubscriptionOptions, Unreachable } from './subscription.js';
import { ParkedEvents } from '../parking/parked-events.js';

/** Events that are read at once if each is delivered by itself. */
const SLICE = 100;
/** Events that are delivered together at most. */
const LARGEST_GROUP = 1_000;
/** The class of the advisory locks that are leases of subscriptions. */
const LEASE = 0x6c65_6173;

/**
 * Reads the log for a delivery: no transaction is open while it delivers. One instance at a time has the lease, an
 * advisory lock that the server releases when the instance dies. The checkpoint is advanced on the connection that
 * holds the lease and nowhere else, so an instance that has lost it can no longer advance it.
 */
export class DeliveryReader implements Reader {
  readonly #parkedEvents: ParkedEvents;
  #lease: QueryRunner | null = null;

  constructor(
    private readonly options: SubscriptionOptions,
    private readonly delivery: Delivery,
    private readonly dataSource: DataSource,
    private readonly log: EventLog,
  ) {
    this.#parkedEvents = new ParkedEvents(options.name);
  }

  async step(): Promise<boolean> {
    return this.#withLease(async (manager) => {
      const { name, events: types } = this.options;
      const position = await lockCheckpoint(manager, name);
      const limit = this.delivery.deliverBatch ? LARGEST_GROUP : SLICE;
      const { events, upTo } = await this.log.readOf(manager, types, position, limit);
      if (await this.#handleGroup(manager, events, upTo)) return;
      for (const event of events) await this.#handle(manager, event);
      if (upTo > position) await advanceCheckpoint(manager, name, upTo);
    });
  }

  async retry(): Promise<boolean> {
    return this.#withLease(async (manager) => {
      const due = await this.#parkedEvents.due(manager);
      const event = due && (await this.log.at(manager, due.position));
      if (!due) return;
      const failure = event && (await this.#attempt(event));
      if (failure) await this.#parkedEvents.failedAgain(manager, due, failure.error);
      else await this.#parkedEvents.release(manager, due);
    });
  }

  async close(): Promise<void> {
    const lease = this.#lease;
    this.#lease = null;
    // The connection goes back to the pool, and would keep its locks.
    await lease?.query('select pg_advisory_unlock_all()').catch(() => undefined);
    await lease?.release();
  }

  /** False if the delivery takes no groups, or this one failed. */
  async #handleGroup(manager: EntityManager, events: readonly StoredEvent[], upTo: number): Promise<boolean> {
    if (!this.delivery.deliverBatch || events.length === 0) return false;
    const keys = events.map(({ key }) => key);
    const blocked = await this.#parkedEvents.blocked(manager, keys);
    const behind = events.filter(({ key }) => blocked.has(key));
    const { upcasters } = this.log;
    try {
      const free = events.filter(({ key }) => !blocked.has(key)).map((event) => upcasters.current(event));
      await this.delivery.deliverBatch(free);
    } catch (error) {
      if (error instanceof Unreachable) throw error;
      return false;
    }
    await manager.transaction(async (tx) => {
      if (behind.length > 0) await this.#parkedEvents.blockBehind(tx, behind);
      await advanceCheckpoint(tx, this.options.name, upTo);
    });
    return true;
  }

  async #handle(manager: EntityManager, event: StoredEvent): Promise<void> {
    const { name } = this.options;
    const isBlocked = (await this.#parkedEvents.blocked(manager, [event.key])).size > 0;
    const failure = isBlocked ? null : await this.#attempt(event);
    await manager.transaction(async (tx) => {
      if (isBlocked) await this.#parkedEvents.blockBehind(tx, [event]);
      if (failure) await this.#parkedEvents.failed(tx, event, failure.error);
      await advanceCheckpoint(tx, name, event.position);
    });
  }

  async #attempt(event: StoredEvent): Promise<{ readonly error: unknown } | null> {
    try {
      const { correlationId, id: causationId, traceparent, actor } = event;
      const cause = { correlationId, causationId, traceparent, actor };
      const current = this.log.upcasters.current(event);
      await runCausedBy(cause, () => this.delivery.deliver(current));
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
    const runner = this.dataSource.createQueryRunner('master');
    let isHeld = false;
    try {
      const [row] = (await runner.query('select pg_try_advisory_lock($1, hashtext($2)) as held', [
        LEASE,
        this.options.name,
      ])) as { held: boolean }[];
      isHeld = row?.held === true;
    } finally {
      if (!isHeld) await runner.release();
    }
    return isHeld ? runner : null;
  }
}
