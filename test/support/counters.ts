import type { DomainEvent } from '../../src/kernel/domain/events.js';
import { RecordedEvents } from '../../src/kernel/domain/recorded-events.js';
import { ConcurrentChange, type Store, type Transaction } from '../../src/kernel/domain/store.js';
import { DomainError } from '../../src/kernel/domain/errors.js';
import { inMemory } from './in-memory.js';

/** The plainest aggregate there is. */
export class Counter {
  readonly events = new RecordedEvents<DomainEvent>();
  revision = 0;

  constructor(
    readonly name: string,
    public version: number,
    public count: number,
  ) {}

  settle(): void {
    if (this.revision > 0) this.version++;
    this.revision = 0;
  }

  add(units: number): number {
    this.revision++;
    this.count += units;
    this.events.record({ type: 'Counted', version: 1, key: this.name, data: { count: this.count } });
    return this.count;
  }

  /** Tells something without changing anything. */
  tell(): void {
    this.events.record({ type: 'Told', version: 1, key: this.name, data: {} });
  }
}

/** The rule that counters have. */
export class TooHigh extends DomainError {
  readonly code = 'too-high';
  readonly kind = 'conflict';
}

/** Counters in memory that say how they were used, and can be made to misbehave. */
export class Counters implements Store<Counter, { readonly name: string }> {
  readonly loads: string[][] = [];
  readonly saves: string[][] = [];
  beforeLoad: () => Promise<void> = () => Promise.resolve();
  beforeSave: (changed: readonly Counter[]) => Promise<void> = () => Promise.resolve();
  #stored: ReadonlyMap<string, { version: number; count: number }> = new Map();

  keyOf({ name }: { readonly name: string }): string {
    return name;
  }

  isLarge({ name }: { readonly name: string }): boolean {
    return name === 'large';
  }

  async load(_tx: Transaction, needs: readonly { readonly name: string }[]) {
    this.loads.push(needs.map(({ name }) => name));
    await this.beforeLoad();
    return new Map(
      needs.map(({ name }) => {
        const { version, count } = this.stored(name);
        return [name, new Counter(name, version, count)];
      }),
    );
  }

  async save(tx: Transaction, changed: readonly Counter[]): Promise<void> {
    this.saves.push(changed.map(({ name }) => name));
    await this.beforeSave(changed);
    if (changed.some(({ name, version }) => this.stored(name).version !== version)) {
      throw new ConcurrentChange(changed.map(({ name }) => name));
    }
    const before = this.#stored;
    inMemory(tx).onRollback(() => (this.#stored = before));
    for (const { name, count } of changed) this.write(name, count);
  }

  stored(name: string): { version: number; count: number } {
    return this.#stored.get(name) ?? { version: 0, count: 0 };
  }

  /** As somebody else would write it. */
  write(name: string, count: number): void {
    this.#stored = new Map([...this.#stored, [name, { version: this.stored(name).version + 1, count }]]);
  }
}
