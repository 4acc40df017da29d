import { Batch } from './batch.js';
import type { BatchState } from './batch-state.js';
import type { LoadedPolicy } from './loaded-policy.js';
import { lastUsableDay } from './lot.js';
import { offersOf, type Offer } from './offer.js';
import type { Claim } from './order-line.js';
import { inOrderOf, rankOf } from './preference.js';
import type { ChangedBatch } from './product-state.js';

/** The batches of a product that are here, in the order of preference (rule 3), and which of them have changed. */
export class LoadedBatches implements Iterable<Batch> {
  readonly #policy: LoadedPolicy;
  readonly #batches: Batch[];
  /** Batches of which a part has come. */
  readonly #partlyReceived: Set<Batch>;
  #offers: readonly Offer[] | undefined;
  readonly #changed = new Set<Batch>();
  readonly #added = new Set<string>();

  constructor(batches: readonly BatchState[], policy: LoadedPolicy) {
    this.#policy = policy;
    this.#batches = batches.map((batch) => new Batch(batch)).sort(this.#inOrder);
    this.#partlyReceived = new Set(this.#batches.filter(({ isPartlyReceived }) => isPartlyReceived));
  }

  [Symbol.iterator](): Iterator<Batch> {
    return this.#batches.values();
  }

  get all(): readonly Batch[] {
    return this.#batches;
  }

  /** What they offer, in the order of preference. */
  get offers(): readonly Offer[] {
    // Nearly all products have no such batch, and pay nothing for it.
    if (this.#partlyReceived.size === 0) return this.#batches;
    return (this.#offers ??= offersOf(this.#batches, this.#policy.current.preference));
  }

  find(reference: string): Batch | undefined {
    return this.#batches.find((candidate) => candidate.reference === reference);
  }

  /** Whether it was registered since the product was loaded. */
  isNew(reference: string): boolean {
    return this.#added.has(reference);
  }

  add(batch: Batch): void {
    this.#added.add(batch.reference);
    this.#batches.push(batch);
    this.sort();
    this.touch(batch);
  }

  /** Records that the batch has changed. */
  touch(batch: Batch): void {
    this.#changed.add(batch);
    if (batch.isPartlyReceived === this.#partlyReceived.has(batch)) return;
    this.#partlyReceived[batch.isPartlyReceived ? 'add' : 'delete'](batch);
    this.#offers = undefined;
  }

  /** Gives them their places by what they are now. */
  sort(): void {
    this.#batches.sort(this.#inOrder);
    this.#offers = undefined;
  }

  /** The claims in the order in which lines prefer their batches. */
  inOrder(claims: readonly Claim[]): Claim[] {
    const places = new Map(this.#batches.map(({ reference }, place) => [reference, place]));
    return claims.toSorted((a, b) => places.get(a.batchReference)! - places.get(b.batchReference)!);
  }

  get changes(): ChangedBatch[] {
    return [...this.#changed].map((batch) => this.#toStore(batch));
  }

  /** Makes them what they would be if their changes had been saved. */
  settle(): void {
    this.#changed.clear();
  }

  get #inOrder() {
    return inOrderOf(this.#policy.current.preference);
  }

  /** The batch with its place, unless it has none by its product or by its lot: nearly all have none. */
  #toStore({ state }: Batch): ChangedBatch {
    const { preference, minimumShelfLifeDays } = this.#policy.current;
    const isPlain = preference === 'eta' && state.lot === undefined && state.enteredAt === undefined;
    if (isPlain && !this.#policy.hasChanged) return state;
    const rank = preference === 'eta' ? null : rankOf(state, preference);
    const usableUntil = state.lot ? lastUsableDay(state.lot, minimumShelfLifeDays) : null;
    return { ...state, index: { rank, usableUntil } };
  }
}
