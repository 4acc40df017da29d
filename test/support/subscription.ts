import type { Cause } from '../../src/kernel/cause/causation.js';
import type { DomainEvent, StoredEvent } from '../../src/kernel/domain/events.js';
import type { Transaction } from '../../src/kernel/domain/store.js';
import {
  readCheckpoints,
  registerCheckpoint,
  type Checkpoint,
} from '../../src/kernel/subscriptions/readers/checkpoint.js';
import type { Reader } from '../../src/kernel/subscriptions/readers/subscription.js';
import { managerOf } from '../../src/kernel/postgres/typeorm-transactions.js';
import type { Kernel } from './kernel.js';

export const HEARS = ['Happened'];

export function happened(key: string, data: object = {}): DomainEvent {
  return { type: 'Happened', version: 1, key, data };
}

/** Appends the events in one transaction. */
export function append(kernel: Kernel, ...events: readonly DomainEvent[]): Promise<void> {
  return appendCausedBy({ correlationId: 'test', causationId: null }, kernel, ...events);
}

/** The same with another cause. */
export async function appendCausedBy(
  cause: Cause,
  { unitOfWork, log }: Kernel,
  ...events: readonly DomainEvent[]
): Promise<void> {
  await unitOfWork.inTransaction((tx) =>
    log.append(
      tx,
      events.map((event) => ({ event, cause })),
    ),
  );
}

/** How far a subscription has read. */
export async function checkpointOf(
  { dataSource }: Kernel,
  name: string,
  types: readonly string[] = [],
  searched = 0,
): Promise<Checkpoint> {
  return (await readCheckpoints(dataSource.manager, [{ name, types, searched }])).get(0)!;
}

/** A subscription as the database knows it, and the effects that its reaction has had there. */
export class Subscribed {
  readonly name: string;
  readonly #kernel: Kernel;

  private constructor(name: string, kernel: Kernel) {
    this.name = name;
    this.#kernel = kernel;
  }

  static async begin(name: string, kernel: Kernel): Promise<Subscribed> {
    const { manager } = kernel.dataSource;
    await registerCheckpoint(manager, name);
    await manager.query('create schema if not exists probe');
    await manager.query(
      `create table if not exists probe.effect
         (place bigint generated always as identity, subscription text, position bigint, key text)`,
    );
    return new Subscribed(name, kernel);
  }

  /** The effect of an event: a row that nothing keeps from being written twice. */
  async effect({ position, key }: StoredEvent, tx: Transaction): Promise<void> {
    await managerOf(tx).query('insert into probe.effect (subscription, position, key) values ($1, $2, $3)', [
      this.name,
      position,
      key,
    ]);
  }

  /** The positions of the events that had their effect, in the order in which they had it. */
  async effects(key?: string): Promise<number[]> {
    const rows = await this.#query<{ position: number }>(
      'select position from probe.effect where subscription = $1 and key = coalesce($2, key) order by place',
      [key ?? null],
    );
    return rows.map(({ position }) => position);
  }

  async position(): Promise<number> {
    return (await checkpointOf(this.#kernel, this.name)).position;
  }

  /** Events that are not handled in their turn: position and state. */
  async setAside(): Promise<[position: number, state: string][]> {
    const rows = await this.#query<{ position: number; state: string }>(
      'select position, state from event_log.set_aside where subscription = $1 order by position',
    );
    return rows.map(({ position, state }) => [position, state]);
  }

  /** Makes the next attempt of what is set aside due now, instead of after its pause. */
  async comeDue(): Promise<void> {
    await this.#query(
      "update event_log.set_aside set next_attempt_at = now() where subscription = $1 and state = 'retrying'",
    );
  }

  /** What an operator does to a parked event. */
  async unpark(): Promise<void> {
    await this.#query(
      `update event_log.set_aside set state = 'retrying', next_attempt_at = now()
        where subscription = $1 and state = 'parked'`,
    );
  }

  /** Lets the reader go on until nothing is left for it but what is parked. */
  async readToEnd(reader: Reader): Promise<void> {
    for (;;) {
      await this.comeDue();
      const { position, head, isRetryDue } = await checkpointOf(this.#kernel, this.name);
      if (isRetryDue) await reader.retry();
      else if (head > position) await reader.step();
      else return;
    }
  }

  async #query<Row>(sql: string, more: readonly unknown[] = []): Promise<Row[]> {
    return this.#kernel.dataSource.query<Row[]>(sql, [this.name, ...more]);
  }
}
