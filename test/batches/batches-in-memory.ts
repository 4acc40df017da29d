import { Batch, type BatchState } from '../../src/batches/domain/batch.js';
import { Batches, type BatchNeed } from '../../src/batches/domain/batches.js';
import { ConcurrentChange, type Transaction } from '../../src/kernel/domain/store.js';
import { inMemory } from '../support/in-memory.js';

export class BatchesInMemory extends Batches {
  #states: ReadonlyMap<string, BatchState> = new Map();

  override load(_tx: Transaction, needs: readonly BatchNeed[]): Promise<ReadonlyMap<string, Batch>> {
    const references = new Set(needs.map(({ reference }) => reference));
    const batches = [...references].map(
      (reference) => [reference, new Batch(reference, this.#states.get(reference) ?? null)] as const,
    );
    return Promise.resolve(new Map(batches));
  }

  override save(tx: Transaction, changed: readonly Batch[]): Promise<void> {
    const isStale = ({ reference, state }: Batch) =>
      (this.#states.get(reference)?.version ?? 0) !== state.version;
    if (changed.some(isStale)) {
      return Promise.reject(new ConcurrentChange(changed.map(({ reference }) => reference)));
    }
    const before = this.#states;
    inMemory(tx).onRollback(() => (this.#states = before));
    const states = changed.map(
      ({ reference, state, version }) => [reference, { ...state, version }] as const,
    );
    this.#states = new Map([...before, ...states]);
    return Promise.resolve();
  }
}
