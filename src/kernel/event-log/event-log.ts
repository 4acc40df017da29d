import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DomainEvent, StoredEvent } from '../domain/events.js';
import { portionsOf } from '../domain/steps.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../lifecycle/process-context.js';
import { managerOf, recordCommitProof } from '../postgres/typeorm-transactions.js';
import { unnamedActor } from '../cause/actor.js';
import { EventAppender, type CausedEvent } from '../cause/event-appender.js';
import type { Transaction } from '../domain/store.js';
import { sliceOf, type EventFilter } from './event-filter.js';
import { insertAt, insertNext } from './insert-events.js';
import { addPartition, lacksPartition, PartitionWasMissing } from './partitions.js';
import { IS_SETTLED, readWriter, reservePositions, settlePositions } from './positions.js';
import { endOfSlice, HEAD, LAST } from './pruned.js';
import { Upcasters } from './upcasters.js';

/** Events that are appended under the lock. More of them are written to positions that were reserved before. */
const MOST_UNDER_LOCK = 2_048;

const COLUMNS = `position, id, type, version, key, occurred_at as "occurredAt",
         correlation_id as "correlationId", causation_id as "causationId", actor, data`;
/** What readers outside are shown. */
const SELECT_SHOWN = `
  select ${COLUMNS}
    from event_log.event`;
const SELECT_EVENT = `
  select ${COLUMNS}, traceparent
    from event_log.event`;

/**
 * How many positions one read covers: few enough to be quick if none of the events matches, and a bound that keeps the
 * planner at the index even before the log was first analysed.
 */
const MOST_POSITIONS = 10_000;

/** Whether an event is there: asked if the connection was lost in the middle of its commit. */
const FIND = 'select from event_log.event where position = $1 and id = $2';

/** A slice of the log, and how far the read went. */
export interface EventSlice {
  readonly events: readonly StoredEvent[];
  /** Between the last event here and this position there is no other event that was looked for. */
  readonly upTo: number;
  /** The position up to which the log could be read at that moment. */
  readonly head: number;
}

/**
 * What has happened, in the order in which it was committed. Events are appended in the transaction of the change that
 * they record, so neither exists without the other.
 */
@Injectable()
export class EventLog extends EventAppender {
  readonly #appended = new EventEmitter();
  /** Transactions that have the lock. */
  readonly #locking = new WeakSet<Transaction>();
  /** Of events whose cause names nobody. */
  #unnamedActor: string;

  constructor(
    readonly upcasters: Upcasters = new Upcasters(),
    @Inject(PROCESS_CONTEXT) context: ProcessContext = 'server',
  ) {
    super();
    this.#unnamedActor = unnamedActor(context).name;
  }

  /**
   * Appends as the last writes of the transaction. The lock is held from here to the end of the commit, so a
   * position is given out only after every lower one is visible, reserved or gone for good: a reader of events that are settled
   * (`IS_SETTLED`) skips nothing, and the events of one key are in order.
   * @throws {PartitionWasMissing} the transaction has failed, and can be run again
   */
  override async append(tx: Transaction, events: readonly CausedEvent[]): Promise<void> {
    try {
      // A transaction that has the lock could not reserve positions over another connection.
      if (events.length > MOST_UNDER_LOCK && !this.#locking.has(tx)) await this.#appendMany(tx, events);
      else await this.#appendUnderLock(tx, events);
    } catch (error) {
      if (!lacksPartition(error)) throw error;
      await addPartition(managerOf(tx).dataSource.manager);
      throw new PartitionWasMissing('The log had no partition for the events.', { cause: error });
    }
  }

  async #appendUnderLock(tx: Transaction, events: readonly CausedEvent[]): Promise<void> {
    this.#locking.add(tx);
    const ids = idsOf(events);
    const { transactionId, first } = await insertNext(managerOf(tx), events, ids, this.#unnamedActor);
    recordCommitProof(tx, { transactionId, proof: { sql: FIND, values: [first, ids[0]] } });
  }

  /** Writes them to positions that are reserved for them, in portions: others append behind them meanwhile. */
  async #appendMany(tx: Transaction, events: readonly CausedEvent[]): Promise<void> {
    const manager = managerOf(tx);
    const { transactionId, isBesideOldReaders } = await readWriter(manager);
    if (isBesideOldReaders) return this.#appendUnderLock(tx, events);
    const first = await reservePositions(manager.dataSource.manager, events.length, transactionId);
    let position = first;
    for (const portion of portionsOf(events, MOST_UNDER_LOCK)) {
      const ids = idsOf(portion);
      if (position === first)
        recordCommitProof(tx, { transactionId, proof: { sql: FIND, values: [first, ids[0]] } });
      await insertAt(manager, position, portion, ids, this.#unnamedActor);
      position += portion.length;
    }
    await settlePositions(manager, first);
  }

  /**
   * Does the work, and names this actor in events whose cause names nobody meanwhile. It is for a process that does nothing
   * else: to give each change a cause takes a quarter more processor time of an import on Node 20.
   */
  async actAs<T>(actor: string, work: () => Promise<T>): Promise<T> {
    const before = this.#unnamedActor;
    this.#unnamedActor = actor;
    try {
      return await work();
    } finally {
      this.#unnamedActor = before;
    }
  }

  /** Wakes the readers of this process: events of these types are committed. Readers of other processes poll. */
  override announce(types: ReadonlySet<string>, events: readonly DomainEvent[] = []): void {
    if (types.size > 0) this.#appended.emit('appended', types, events);
  }

  /** Listens to what this process commits, and no other: it serves for waking and counting only. */
  onAnnounced(listener: (types: ReadonlySet<string>, events: readonly DomainEvent[]) => void): void {
    this.#appended.on('appended', listener);
  }

  /** The position up to which the log can be read; 0 while there is no event. */
  async head(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ head: number }[]>(`select ${HEAD} as head`);
    return row!.head;
  }

  /** Where the head is, and where a slice after a position ends: `endOfSlice`. */
  async sliceAfter(
    manager: EntityManager,
    after: number,
    most: number,
  ): Promise<Pick<EventSlice, 'upTo' | 'head'>> {
    const [row] = await manager.query<[Pick<EventSlice, 'upTo' | 'head'>]>(
      `select ${HEAD} as head, ${endOfSlice('$1', '$2::bigint')} as "upTo"`,
      [after, most],
    );
    return row;
  }

  /** The position of the newest event, even if it cannot be read yet; 0 while there is none. */
  async last(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ last: number }[]>(`select ${LAST} as last`);
    return row!.last;
  }

  /** The first `limit` events after a position, in order, as those outside are shown them. */
  async read(manager: EntityManager, after: number, limit: number): Promise<StoredEvent[]> {
    const events = await manager.query<StoredEvent[]>(
      `${SELECT_SHOWN} where position > $1 and ${IS_SETTLED} order by position limit $2`,
      [after, limit],
    );
    return events.map((event) => this.upcasters.shown(event));
  }

  /** The same events with their subjects: null if an event has none. */
  async readWithSubjects(
    manager: EntityManager,
    after: number,
    limit: number,
  ): Promise<{ readonly event: StoredEvent; readonly subject: string | null }[]> {
    const rows = await manager.query<(StoredEvent & { readonly subject: string | null })[]>(
      `select ${COLUMNS}, subject from event_log.event
        where position > $1 and ${IS_SETTLED} order by position limit $2`,
      [after, limit],
    );
    return rows.map(({ subject, ...event }) => ({ event: this.upcasters.shown(event), subject }));
  }

  /**
   * The first `limit` events after a position that a filter lets pass, in order, as those outside are shown them. A read looks
   * at a bounded number of events: `upTo` says how far it went.
   */
  async readMatching(
    manager: EntityManager,
    filter: EventFilter,
    after: number,
    limit: number,
  ): Promise<EventSlice> {
    const { sql, values } = sliceOf(filter, after, limit, COLUMNS);
    const rows = await manager.query<(StoredEvent & Omit<EventSlice, 'events'>)[]>(sql, [...values]);
    const { head, upTo } = rows[0]!;
    const events = rows.filter(({ id }) => id !== null).map(({ head: _, upTo: __, ...event }) => event);
    return {
      events: events.map((event) => this.upcasters.shown(event)),
      upTo: events.length < limit ? Math.max(upTo, after) : events.at(-1)!.position,
      head,
    };
  }

  /**
   * The first `limit` events about a subject after a position, in order, as those outside are shown them. Events that were
   * stored before subjects were are about none.
   */
  async readAbout(
    manager: EntityManager,
    subject: string,
    after: number,
    limit: number,
  ): Promise<StoredEvent[]> {
    const events = await manager.query<StoredEvent[]>(
      `${SELECT_SHOWN} where subject = $1 and position > $2 and ${IS_SETTLED} order by position limit $3`,
      [subject, after, limit],
    );
    return events.map((event) => this.upcasters.shown(event));
  }

  /**
   * The first events of these types after a position as they were stored, `limit` at most, without those that this
   * subscription has handled already. A read covers a bounded number of positions: `upTo` says how far it went.
   */
  async readOf(
    manager: EntityManager,
    types: readonly string[],
    after: number,
    limit: number,
    subscription = '',
  ): Promise<EventSlice> {
    // One statement, hence one moment: between the last of these events and `head` there is no other of these types.
    const rows = await manager.query<(StoredEvent & Omit<EventSlice, 'events'>)[]>(
      `select found.*, tip.head, tip."upTo"
         from (select ${HEAD} as head, ${endOfSlice('$1', MOST_POSITIONS)} as "upTo") as tip
         left join lateral (${SELECT_EVENT}
                     where position > $1 and position <= tip."upTo" and type = any($2)
                       and (handled_by is null or $4 <> all (handled_by)
                            or position <= (select begun_at from event_log.subscription where name = $4))
                     order by position limit $3) as found on true
        order by found.position`,
      [after, types, limit, subscription],
    );
    const events = rows.filter(({ id }) => id !== null).map(({ head: _, upTo: __, ...event }) => event);
    const { head, upTo } = rows[0]!;
    return {
      events,
      upTo: events.length < limit ? Math.max(upTo, after) : events.at(-1)!.position,
      head,
    };
  }

  /** One event as it was stored, by its position. */
  async at(manager: EntityManager, position: number): Promise<StoredEvent | undefined> {
    const [event] = await manager.query<StoredEvent[]>(`${SELECT_EVENT} where position = $1`, [position]);
    return event;
  }
}

function idsOf(events: readonly CausedEvent[]): string[] {
  return events.map(({ id }) => id ?? randomUUID());
}
