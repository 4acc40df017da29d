import { Product } from '../../src/allocation/domain/product.js';
import type { AllocatedLine, ProductState } from '../../src/allocation/domain/loaded-product.js';
import { Products, type ProductNeed } from '../../src/allocation/domain/products.js';
import { inOrderOfPreference } from '../../src/allocation/domain/batch.js';
import { ConcurrentChange, type Transaction } from '../../src/kernel/domain/store.js';
import { inMemory } from '../support/in-memory.js';
import { neverSeen, written } from './product.fixture.js';

/** Products in memory. They are loaded in part, like the real ones, so that a wrong need shows here, too. */
export class ProductsInMemory extends Products {
  #states: ReadonlyMap<string, ProductState> = new Map();

  override load(_tx: Transaction, needs: readonly ProductNeed[]): Promise<ReadonlyMap<string, Product>> {
    const skus = new Set(needs.map(({ sku }) => sku));
    const products = [...skus].map((sku) => {
      const ofIt = needs.filter((need) => need.sku === sku);
      return [sku, new Product(partOf(this.stateOf(sku), ofIt))] as const;
    });
    return Promise.resolve(new Map(products));
  }

  override save(tx: Transaction, changed: readonly Product[]): Promise<void> {
    if (changed.some(({ sku, version }) => this.stateOf(sku).version !== version)) {
      return Promise.reject(new ConcurrentChange(changed.map(({ sku }) => sku)));
    }
    const before = this.#states;
    inMemory(tx).onRollback(() => (this.#states = before));
    const states = changed.map(({ sku, changes }) => [sku, written(this.stateOf(sku), changes)] as const);
    this.#states = new Map([...before, ...states]);
    return Promise.resolve();
  }

  /** All that is stored of the product. */
  stateOf(sku: string): ProductState {
    return this.#states.get(sku) ?? neverSeen(sku);
  }

  /** All lines of the order. */
  linesOf(orderId: string): { readonly sku: string; readonly line: AllocatedLine }[] {
    return [...this.#states.values()].flatMap(({ sku, lines }) =>
      lines.filter((line) => line.orderId === orderId).map((line) => ({ sku, line })),
    );
  }
}

/** What the needs ask for, with the open batches and those that the lines are on. */
function partOf(state: ProductState, needs: readonly ProductNeed[]): ProductState {
  const orders = new Set(needs.map(({ orderId }) => orderId));
  const named = new Set(needs.map(({ batchReference }) => batchReference));
  const newest = needs.flatMap(({ batchReference, newQuantity }) =>
    batchReference === undefined || newQuantity === undefined
      ? []
      : newestOf(state, batchReference, newQuantity),
  );
  const lines = state.lines.filter((line) => orders.has(line.orderId) || newest.includes(line));
  const isTouched = (reference: string) =>
    named.has(reference) || lines.some((line) => line.batchReference === reference);
  const open = state.batches.filter((batch) => batch.allocated < batch.quantity).sort(inOrderOfPreference);
  const units = unitsOf(needs);
  const enough = open.findIndex((batch) => batch.quantity - batch.allocated >= units);
  const wanted = new Set(enough < 0 ? open : open.slice(0, enough + 1));
  return {
    ...state,
    lines,
    batches: state.batches.filter((batch) => wanted.has(batch) || isTouched(batch.reference)),
    loaded: {
      hasEveryOpenBatch: enough < 0,
      hasOrder: (orderId) => orders.has(orderId),
      hasBatch: (reference) => named.has(reference),
      linesOn: (reference) =>
        needs.some(({ batchReference, countsLines }) => countsLines && batchReference === reference)
          ? state.lines.filter((line) => line.batchReference === reference).length
          : undefined,
      newestLinesFrom: (reference) => {
        const ofIt = newest.filter((line) => line.batchReference === reference);
        return Math.min(state.lastSequence + 1, ...ofIt.map((line) => line.sequence));
      },
    },
  };
}

/** The units that all needs claim; Infinity if one does not say how many. */
function unitsOf(needs: readonly ProductNeed[]): number {
  return needs.reduce((sum, { units = Infinity }) => sum + units, 0);
}

/** The lines that have to leave the batch so that the rest fits the quantity. */
function newestOf(state: ProductState, reference: string, quantity: number): AllocatedLine[] {
  const batch = state.batches.find((candidate) => candidate.reference === reference);
  let tooMany = (batch?.allocated ?? 0) - quantity;
  return state.lines
    .filter((line) => line.batchReference === reference)
    .reverse()
    .filter((line) => {
      const leaves = tooMany > 0;
      tooMany -= line.quantity;
      return leaves;
    });
}
