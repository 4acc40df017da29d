import type { DomainEvent } from '../../src/kernel/domain/events.js';
import { type Transaction, Transactions } from '../../src/kernel/domain/store.js';
import { EventLog } from '../../src/kernel/event-log/event-log.js';
import type { CausedEvent } from '../../src/kernel/cause/event-appender.js';

/** A transaction on memory: what is written in it is written at once, and taken back where it fails. */
export class InMemoryTransaction {
  readonly #undo: (() => void)[] = [];

  /** To be called by whoever writes, with what takes the write back. */
  onRollback(undo: () => void): void {
    this.#undo.unshift(undo);
  }

  rollBack(): void {
    for (const undo of this.#undo) undo();
  }
}

/** The transaction, where it is one of ours. */
export function inMemory(tx: Transaction): InMemoryTransaction {
  if (!(tx instanceof InMemoryTransaction)) throw new TypeError('Not a transaction on memory.');
  return tx;
}

/** One transaction after the other: whoever comes while one is under way waits. */
export class InMemoryTransactions extends Transactions {
  committed = 0;
  rolledBack = 0;
  #latest: Promise<unknown> = Promise.resolve();

  override run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const result = this.#latest.then(() => this.#runAlone(work));
    this.#latest = result.catch(() => undefined);
    return result;
  }

  /** It waits for nobody, and nothing can be written in it. */
  override snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return work({});
  }

  async #runAlone<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const tx = new InMemoryTransaction();
    try {
      const result = await work(tx);
      this.committed++;
      return result;
    } catch (error) {
      tx.rollBack();
      this.rolledBack++;
      throw error;
    }
  }
}

/** A log that can be looked at; nobody reads on from it. */
export class InMemoryLog extends EventLog {
  entries: readonly CausedEvent[] = [];
  /** How often something was announced after its commit, and which types. */
  readonly announced: string[][] = [];

  get events(): DomainEvent[] {
    return this.entries.map(({ event }) => event);
  }

  override append(tx: Transaction, events: readonly CausedEvent[]): Promise<void> {
    const before = this.entries;
    inMemory(tx).onRollback(() => (this.entries = before));
    this.entries = [...before, ...events];
    return Promise.resolve();
  }

  override announce(types: ReadonlySet<string>): void {
    if (types.size > 0) this.announced.push([...types]);
  }
}
