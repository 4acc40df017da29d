import { NO_DOCUMENTS } from '../../src/allocation/domain/document.js';
import { Product } from '../../src/allocation/domain/product.js';
import { unitsOn, type AllocatedLine } from '../../src/allocation/domain/allocated-line.js';
import type { LoadedPart, ProductChanges, ProductState } from '../../src/allocation/domain/product-state.js';
import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import type { BatchState } from '../../src/allocation/domain/batch-state.js';

/** A batch with its lines, as a test describes it. */
export interface TestBatch extends Omit<BatchState, 'allocated'> {
  readonly lines: readonly TestLine[];
  holding(...lines: readonly TestLine[]): TestBatch;
}

type TestLine = readonly [orderId: string, quantity: number];

export function inbound(reference: string, quantity: number, eta: string | null): TestBatch {
  const batch = { reference, quantity, eta };
  const holding = (...lines: readonly TestLine[]): TestBatch => ({ ...batch, lines, holding });
  return holding();
}

export const onHand = (reference: string, quantity: number): TestBatch => inbound(reference, quantity, null);

/** A product at version 7 whose lines were allocated in the order in which they are mentioned. */
export function aProduct(sku: string, loaded: LoadedPart = everything) {
  return {
    with: (...batches: readonly TestBatch[]): Product => {
      const state = stateOf(sku, batches, loaded);
      return new Product(loaded === everything ? withLineCounts(state) : state);
    },
  };
}

/** A SKU of which no batch was ever registered. */
export function aNewProduct(sku: string): Product {
  return new Product(neverSeen(sku));
}

export const everything: LoadedPart = {
  hasOrder: () => true,
  hasBatch: () => true,
  hasEveryOpenBatch: true,
  leavingLinesUpTo: () => Infinity,
};

/** Loaded with its open batches, and nothing for certain but what is named here. */
export function only(part: Partial<LoadedPart>): LoadedPart {
  return {
    hasOrder: () => false,
    hasBatch: () => false,
    hasEveryOpenBatch: true,
    leavingLinesUpTo: () => -Infinity,
    ...part,
  };
}

export function neverSeen(sku: string): ProductState {
  return { sku, version: 0, lastSequence: 0, batches: [], lines: [], loaded: everything };
}

/** The state that a store has once it has written the changes to the state that was loaded. */
export function written(before: ProductState, changes: ProductChanges): ProductState {
  const changedBatches = changes.batches.map(({ index: _, ...batch }) => batch);
  const written = new Map([...before.batches, ...changedBatches].map((batch) => [batch.reference, batch]));
  const changed = changes.lines.map(withoutChannel);
  const lines = new Map([...before.lines, ...changed].map((line) => [line.orderId, line]));
  for (const orderId of changes.goneOrderIds) lines.delete(orderId);
  const waiting = new Map(
    [...(before.queue?.lines ?? []), ...changes.queue.lines].map((line) => [line.orderId, line]),
  );
  for (const orderId of changes.queue.goneOrderIds) waiting.delete(orderId);
  const twice = [...waiting.keys()].find((orderId) => lines.has(orderId));
  if (twice !== undefined) throw new Error(`The line of order ${twice} claims units, and waits for them.`);
  if (waiting.size !== changes.queue.waiting) throw new Error(`${waiting.size} lines wait.`);
  const lastChannel = changes.queue.lastChannel ?? before.queue?.lastChannel ?? null;
  const queue = { waiting: waiting.size, lines: [...waiting.values()], lastChannel };
  return {
    ...before,
    version: before.version + 1,
    lastSequence: changes.lastSequence,
    ...(changes.policy && { policy: changes.policy }),
    batches: [...written.values()],
    lines: [...lines.values()].sort((a, b) => a.sequence - b.sequence),
    queue,
  };
}

/** A store keeps the channel of an order, and of a line that waits; a claim has none. */
function withoutChannel({ terms, ...line }: AllocatedLine): AllocatedLine {
  if (!terms) return line;
  const { channel: _, ...kept } = terms;
  return { ...line, terms: kept };
}

/** The product as the next transaction finds it, with no events waiting. */
export class Standing {
  #state: ProductState;
  product: Product;

  /** @param documents those that its works name */
  constructor(
    state: ProductState,
    private readonly documents = NO_DOCUMENTS,
  ) {
    this.#state = state;
    this.product = this.#load();
  }

  static with(sku: string, ...batches: readonly TestBatch[]): Standing {
    return new Standing(stateOf(sku, batches, everything));
  }

  /** As it would be stored now, whatever is waiting to be saved included. */
  get state(): ProductState {
    return this.product.revision > 0 ? written(this.#state, this.product.changes) : this.#state;
  }

  /** Saves and loads. */
  reload(): this {
    this.#state = this.state;
    this.product = this.#load();
    return this;
  }

  #load(): Product {
    return new Product({ ...withLineCounts(this.#state), documents: this.documents });
  }

  /** The orders on each batch, the first allocated first. */
  get claims(): Record<string, string[]> {
    const claims: Record<string, string[]> = {};
    for (const { batchReference, orderId } of this.state.lines) (claims[batchReference] ??= []).push(orderId);
    return claims;
  }

  get events(): AllocationEvent[] {
    return [...this.product.events];
  }
}

function withLineCounts(state: ProductState): ProductState {
  const linesOn = (reference: string) => state.lines.filter((line) => unitsOn(line, reference) > 0).length;
  const upTo = { largest: Infinity, total: Infinity };
  return {
    ...state,
    loaded: { ...state.loaded, linesOn },
    ...(state.queue && { queue: { ...state.queue, upTo } }),
  };
}

function stateOf(sku: string, batches: readonly TestBatch[], loaded: LoadedPart): ProductState {
  const states = batches.map(({ reference, quantity, eta, lines }) => {
    const allocated = lines.reduce((sum, [, units]) => sum + units, 0);
    return { reference, quantity, eta, allocated };
  });
  const lines = batches
    .flatMap(({ reference, lines }) => lines.map((line) => ({ reference, line })))
    .map(({ reference, line: [orderId, quantity] }, i): AllocatedLine => {
      return { orderId, quantity, batchReference: reference, sequence: i + 1 };
    });
  return { sku, version: 7, lastSequence: lines.length, batches: states, lines, loaded };
}
