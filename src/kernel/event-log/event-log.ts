import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DomainEvent, StoredEvent } from '../domain/events.js';
import { settleAll } from '../domain/settle-all.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../lifecycle/process-context.js';
import { managerOf, recordCommitProof } from '../postgres/typeorm-transactions.js';
import { unnamedActor } from '../cause/actor.js';
import { EventAppender, type CausedEvent } from '../cause/event-appender.js';
import type { Transaction } from '../domain/store.js';
import { HEAD } from './pruned.js';
import { Upcasters } from './upcasters.js';

/** The advisory lock that puts the commits of appending transactions one after the other. */
export const APPEND_LOCK = 0x6561_726d;

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

/**
 * Whether an event was appended within the last minute or so. Ids have no index, since this is asked only if the
 * connection was lost in the middle of a commit.
 */
const FIND_RECENT = `
  select from (select id from event_log.event order by position desc limit 200000) as recent where id = $1`;

/** A slice of the log, and how far the read went. */
export interface EventSlice {
  readonly events: readonly StoredEvent[];
  /** Between the last event here and this position there is no other event of these types. */
  readonly upTo: number;
  /** The position of the newest event, at the moment of the read. */
  readonly head: number;
}

/**
 * What has happened, in the order in which it was committed. Events are appended in the transaction of the change that
 * they record, so neither exists without the other.
 */
@Injectable()
export class EventLog extends EventAppender {
  readonly #appended = new EventEmitter();
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
   * position is given out only after every lower one is visible or gone for good: a reader that asks for
   * `position > mine` skips nothing, and the events of one key are in order.
   */
  override async append(tx: Transaction, events: readonly CausedEvent[]): Promise<void> {
    const manager = managerOf(tx);
    const ids = events.map(({ id }) => id ?? randomUUID());
    const locked = manager.query<{ transactionId: string }[]>(
      'select pg_advisory_xact_lock($1), pg_current_xact_id()::text as "transactionId"',
      [APPEND_LOCK],
    );
    const appended = manager.query(
      `insert into event_log.event (id, type, version, key, subject, correlation_id, causation_id, traceparent, actor, handled_by, data)
       select id, type, version, key, subject, correlation_id, causation_id, traceparent, actor,
              string_to_array(handled_by, ','), data
         from rows from (unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::text[], $7::uuid[],
                                $8::text[], $9::text[], $10::text[]),
                         jsonb_array_elements($11::jsonb))
              with ordinality
              as e (id, type, version, key, subject, correlation_id, causation_id, traceparent, actor, handled_by, data, place)
        order by place`,
      [
        ids,
        events.map(({ event }) => event.type),
        events.map(({ event }) => event.version),
        events.map(({ event }) => event.key),
        events.map(({ event }) => event.subject ?? null),
        events.map(({ cause }) => cause.correlationId),
        events.map(({ cause }) => cause.causationId),
        events.map(({ cause }) => cause.traceparent ?? null),
        events.map(({ cause }) => (cause.actor === undefined ? this.#unnamedActor : cause.actor)),
        handlersOf(events),
        JSON.stringify(events.map(({ event }) => event.data)),
      ],
    );
    await settleAll(locked, appended);
    const { transactionId } = (await locked)[0]!;
    recordCommitProof(tx, { transactionId, proof: { sql: FIND_RECENT, values: [ids[0]] } });
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

  /** The position of the newest event; 0 while there is none. */
  async head(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ head: number }[]>(`select ${HEAD} as head`);
    return row!.head;
  }

  /** The first `limit` events after a position, in order, as those outside are shown them. */
  async read(manager: EntityManager, after: number, limit: number): Promise<StoredEvent[]> {
    const events = await manager.query<StoredEvent[]>(
      `${SELECT_SHOWN} where position > $1 order by position limit $2`,
      [after, limit],
    );
    return events.map((event) => this.upcasters.shown(event));
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
      `${SELECT_SHOWN} where subject = $1 and position > $2 order by position limit $3`,
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
    const rows = await manager.query<(StoredEvent & { readonly head: number })[]>(
      `select found.*, tip.head
         from (select ${HEAD} as head) as tip
         left join (${SELECT_EVENT}
                     where position > $1 and position <= $1::bigint + ${MOST_POSITIONS} and type = any($2)
                       and (handled_by is null or $4 <> all (handled_by)
                            or position <= (select begun_at from event_log.subscription where name = $4))
                     order by position limit $3) as found on true
        order by found.position`,
      [after, types, limit, subscription],
    );
    const events = rows.filter(({ id }) => id !== null).map(({ head, ...event }) => event);
    const { head } = rows[0]!;
    const readUpTo = Math.min(Math.max(head, after), after + MOST_POSITIONS);
    return { events, upTo: events.length < limit ? readUpTo : events.at(-1)!.position, head };
  }

  /** One event as it was stored, by its position. */
  async at(manager: EntityManager, position: number): Promise<StoredEvent | undefined> {
    const [event] = await manager.query<StoredEvent[]>(`${SELECT_EVENT} where position = $1`, [position]);
    return event;
  }
}

/** Who has handled each event already, as one text. Most groups have no such event, and `unnest` fills up with nulls. */
function handlersOf(events: readonly CausedEvent[]): (string | null)[] {
  if (events.every(({ handledBy }) => !handledBy?.length)) return [];
  return events.map(({ handledBy }) => (handledBy?.length ? handledBy.join(',') : null));
}
