import fc from 'fast-check';
import type { AllocationEvent } from '../../src/allocation/contract/allocation.contract.js';
import { OutOfStock } from '../../src/allocation/domain/errors.js';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed } from '../../src/allocation/domain/stock.js';
import type { BatchState } from '../../src/allocation/domain/batch.js';
import { DomainError } from '../../src/kernel/domain/errors.js';

/** Something that is asked of a product. Codes are short, so that histories keep meeting themselves. */
export type Command =
  | { readonly ask: 'allocate'; readonly orderId: string; readonly quantity: number }
  | { readonly ask: 'deallocate'; readonly orderId: string }
  | {
      readonly ask: 'add';
      readonly reference: string;
      readonly quantity: number;
      readonly eta: string | null;
    }
  | { readonly ask: 'change quantity'; readonly reference: string; readonly quantity: number }
  | { readonly ask: 'reschedule'; readonly reference: string; readonly eta: string | null }
  | { readonly ask: 'note overdue'; readonly reference: string; readonly today: string };

/** What is asked in one transaction. */
export type Group = readonly Command[];

/** What an outsider sees of a command: the allocation, the refusal with its facts, or only that it was done. */
export type Answer =
  | {
      readonly batchReference: string;
      readonly eta: string | null;
      readonly quantity: number;
      readonly isNew: boolean;
    }
  | { readonly refused: string; readonly facts: object }
  | 'done';

interface Claim {
  readonly orderId: string;
  readonly quantity: number;
  batchReference: string | null;
}
interface Bought {
  readonly reference: string;
  quantity: number;
  eta: string | null;
  overdueNoted?: string;
}

/** What is there of a product: batches in the order of their references, lines in that of allocation. */
export interface Picture {
  readonly version: number;
  readonly batches: readonly BatchState[];
  readonly lines: readonly Readonly<Claim>[];
}

/**
 * The rules of allocation once more, written without a thought for speed: batches in a list, lines in a list in
 * the order of allocation, everything counted again each time.
 */
export class ModelProduct {
  readonly sku: string;
  version = 0;
  readonly #batches: Bought[] = [];
  #lines: Claim[] = [];
  #events: AllocationEvent[] = [];
  #hasChanged = false;

  constructor(sku: string) {
    this.sku = sku;
  }

  /** Answers a group of commands in one transaction. */
  transact(group: Group): { answers: Answer[]; events: AllocationEvent[] } {
    this.#events = [];
    this.#hasChanged = false;
    const answers = group.map((command) => this.#answer(command));
    if (this.#hasChanged) this.version++;
    return { answers, events: this.#events };
  }

  #room({ reference, quantity }: Bought): number {
    return quantity - this.#allocated(reference);
  }

  #allocated(reference: string): number {
    const onIt = this.#lines.filter((line) => line.batchReference === reference);
    return onIt.reduce((sum, line) => sum + line.quantity, 0);
  }

  get picture(): Picture {
    const { version } = this;
    const batches = this.#batches.map((batch) => ({ ...batch, allocated: this.#allocated(batch.reference) }));
    return { version, batches: batches.sort(byReference), lines: this.#lines };
  }

  #answer(command: Command): Answer {
    switch (command.ask) {
      case 'allocate':
        return this.#allocate(command.orderId, command.quantity);
      case 'deallocate':
        return this.#deallocate(command.orderId);
      case 'add':
        return this.#add({ reference: command.reference, quantity: command.quantity, eta: command.eta });
      case 'change quantity':
        return this.#changeQuantity(this.#batch(command.reference), command.quantity);
      case 'reschedule':
        return this.#reschedule(this.#batch(command.reference), command.eta);
      case 'note overdue':
        return this.#noteOverdue(this.#batch(command.reference), command.today);
    }
  }

  #allocate(orderId: string, quantity: number): Answer {
    const { sku } = this;
    if (this.#batches.length === 0) return { refused: 'unknown-sku', facts: { sku } };
    const standing = this.#lines.find((line) => line.orderId === orderId);
    if (standing && standing.quantity !== quantity) {
      const facts = { orderId, sku, requested: quantity, allocated: standing.quantity };
      return { refused: 'allocation-conflict', facts };
    }
    const batch = standing ? this.#batch(standing.batchReference!) : this.#best(quantity);
    if (!batch) return this.#refuse(quantity);
    const { reference: batchReference, eta } = batch;
    if (!standing) {
      this.#lines.push({ orderId, quantity, batchReference });
      const data = { orderId, sku, quantity, batchReference, eta };
      this.#tell({ type: 'LineAllocated', data: { ...data, ...this.#changed() } });
    }
    return { batchReference, eta, quantity, isNew: !standing };
  }

  #deallocate(orderId: string): Answer {
    const line = this.#lines.find((candidate) => candidate.orderId === orderId);
    if (!line) return { refused: 'unknown-allocation', facts: { orderId, sku: this.sku } };
    this.#drop(line, line.batchReference!, 'cancelled');
    return 'done';
  }

  #add(batch: Bought): Answer {
    if (this.#batches.some(({ reference }) => reference === batch.reference)) return 'done';
    this.#batches.push(batch);
    this.#changed();
    return 'done';
  }

  #changeQuantity(batch: Bought, quantity: number): Answer {
    if (batch.quantity === quantity) return 'done';
    batch.quantity = quantity;
    this.#changed();
    const leaving: Claim[] = [];
    while (this.#room(batch) < 0) {
      const newest = this.#lines.findLast((line) => line.batchReference === batch.reference)!;
      newest.batchReference = null;
      leaving.push(newest);
    }
    for (const line of leaving.reverse()) this.#placeAgain(line, batch.reference);
    return 'done';
  }

  #placeAgain(line: Claim, previousBatchReference: string): void {
    const { orderId, quantity } = line;
    const best = this.#best(quantity);
    if (!best) {
      this.#drop(line, previousBatchReference, 'batch-shrunk');
      this.#refuse(quantity);
      return;
    }
    const { reference: batchReference, eta } = best;
    line.batchReference = batchReference;
    if (batchReference === previousBatchReference) return;
    const data = { orderId, sku: this.sku, quantity, batchReference, eta, previousBatchReference };
    this.#tell({ type: 'LineReallocated', data: { ...data, reason: 'batch-shrunk', ...this.#changed() } });
  }

  #reschedule(batch: Bought, eta: string | null): Answer {
    if (batch.eta !== eta) this.#changed();
    batch.eta = eta;
    return 'done';
  }

  /** Each date of a batch that passes while lines wait is published once. */
  #noteOverdue(batch: Bought, today: string): Answer {
    const { reference: batchReference, eta } = batch;
    const waiting = this.#lines.filter((line) => line.batchReference === batchReference);
    if (eta === null || eta >= today || waiting.length === 0 || batch.overdueNoted === eta) return 'done';
    batch.overdueNoted = eta;
    const units = waiting.reduce((sum, { quantity }) => sum + quantity, 0);
    const data = { sku: this.sku, batchReference, eta, lines: waiting.length, units };
    this.#tell({ type: 'BatchOverdue', data: { ...data, ...this.#changed() } });
    return 'done';
  }

  #drop(line: Claim, batchReference: string, reason: 'cancelled' | 'batch-shrunk'): void {
    const { orderId, quantity } = line;
    this.#lines = this.#lines.filter((other) => other !== line);
    const data = { orderId, sku: this.sku, quantity, batchReference, reason };
    this.#tell({ type: 'LineDeallocated', data: { ...data, ...this.#changed() } });
  }

  #refuse(quantity: number): Answer {
    const { sku } = this;
    const available = Math.max(...this.#batches.map((batch) => this.#room(batch)));
    const productVersion = this.version + (this.#hasChanged ? 1 : 0);
    const at = this.#events.findIndex(({ type }) => type === 'OutOfStock');
    const earlier = this.#events[at] as Extract<AllocationEvent, { type: 'OutOfStock' }> | undefined;
    const refusals = (earlier?.data.refusals ?? 0) + 1;
    const units = (earlier?.data.units ?? 0) + quantity;
    const data = { sku, refusals, units, available, productVersion };
    if (earlier) this.#events[at] = { ...earlier, data };
    else this.#tell({ type: 'OutOfStock', data });
    return { refused: 'out-of-stock', facts: { sku, requested: quantity, available } };
  }

  #best(quantity: number): Bought | undefined {
    const rank = ({ eta, reference }: Bought) => `${eta ?? '0000'} ${Buffer.from(reference).toString('hex')}`;
    const able = this.#batches.filter((batch) => this.#room(batch) >= quantity);
    return able.sort((a, b) => (rank(a) < rank(b) ? -1 : 1))[0];
  }

  #batch(reference: string): Bought {
    return this.#batches.find((batch) => batch.reference === reference)!;
  }

  #changed(): { productVersion: number } {
    this.#hasChanged = true;
    return { productVersion: this.version + 1 };
  }

  #tell(event: Pick<AllocationEvent, 'type' | 'data'>): void {
    this.#events.push({ ...event, version: 1, key: this.sku } as AllocationEvent);
  }
}

export function byReference(a: { readonly reference: string }, b: { readonly reference: string }): number {
  return a.reference < b.reference ? -1 : 1;
}

/** Asks it of the real thing. */
export function ask(product: Product, command: Command): Answer {
  switch (command.ask) {
    case 'allocate': {
      const { orderId, quantity } = command;
      const outcome = product.allocate({ orderId, sku: product.sku, quantity });
      if (outcome instanceof OutOfStock) return refusal(outcome);
      const { batchReference, eta, quantity: allocated } = outcome.allocation;
      return { batchReference, eta, quantity: allocated, isNew: outcome.isNew };
    }
    case 'deallocate':
      product.deallocate(command.orderId);
      return 'done';
    case 'add':
      product.addBatch({ reference: command.reference, quantity: command.quantity, eta: command.eta });
      return 'done';
    case 'change quantity':
      product.changeQuantity(command.reference, command.quantity);
      return 'done';
    case 'reschedule':
      product.reschedule(command.reference, command.eta);
      return 'done';
    case 'note overdue':
      product.noteOverdue(command.reference, command.today);
      return 'done';
  }
}

/** What of the product the command touches, as its handler would say. */
export function needOf(sku: string, command: Command): ProductNeed {
  switch (command.ask) {
    case 'allocate':
    case 'deallocate':
      return { sku, orderId: command.orderId };
    case 'change quantity':
      return { sku, batchReference: command.reference, newQuantity: command.quantity };
    case 'add':
    case 'reschedule':
      return { sku, batchReference: command.reference };
    case 'note overdue':
      return { sku, batchReference: command.reference, units: 0, countsLines: true };
  }
}

/** The refusal that an error is; errors that are none go on. */
export function refusal(error: unknown): Answer {
  if (!(error instanceof DomainError)) throw error;
  return { refused: error.code, facts: error.facts };
}

const orderId = fc.constantFrom('o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7', 'o8');
// Among equals the order of these is another one in UTF-16.
const reference = fc.constantFrom('b1', 'B2', 'b\uFF5E', 'b\u{1F4A9}');
const eta = fc.constantFrom(null, '2027-01-09', '2027-01-10');

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ ask: fc.constant('allocate'), orderId, quantity: fc.integer({ min: 1, max: 5 }) }),
  },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('deallocate'), orderId }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('add'),
      reference,
      quantity: fc.integer({ min: 1, max: 12 }),
      eta,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ask: fc.constant('change quantity'),
      reference,
      quantity: fc.integer({ min: 0, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('reschedule'), reference, eta }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('note overdue'),
      reference,
      today: fc.constantFrom('2027-01-09', '2027-01-10', '2027-01-11'),
    }),
  },
);

/** Histories of a product from its first batch on: what is asked of it, in the groups that share a transaction. */
export const histories: fc.Arbitrary<Group[]> = fc
  .array(fc.array(command, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 12 })
  .map((groups) => withoutTheImpossible(groups));

/** Nobody changes a batch that was never bought: `batches` would not let them. */
function withoutTheImpossible(groups: readonly Group[]): Group[] {
  const bought = new Set<string>();
  return groups.map((group) =>
    group.filter((command) => {
      if (command.ask === 'add') bought.add(command.reference);
      if (command.ask === 'allocate' || command.ask === 'deallocate') return true;
      return bought.has(command.reference);
    }),
  );
}
