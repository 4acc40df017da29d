import type { AllocationEvent } from '../contract/allocation.contract.js';
import type { AllocatedLine } from './allocated-line.js';
import { backorderEnded, lineBackordered, type ReasonToWait } from './backorder-events.js';
import type { Batch } from './batch.js';
import { planLine, type LinePlan, type Shortage } from './line-plan.js';
import { channelOf, servingOrder } from './serving-order.js';
import type { EndedPromises } from './ended-promises.js';
import type { LoadedProduct } from './loaded-product.js';
import { haveSameLocations, isEnded, OrderLine } from './order-line.js';
import { LoadedQueue } from './loaded-queue.js';
import type { Strategy } from './segment.js';
import {
  isHeldInQueue,
  placeInQueue,
  YOUNGEST,
  type FreeUnits,
  type QueueChanges,
  type QueueState,
  type WaitingLine,
} from './waiting-line.js';

/** How the lines that wait for a product are changed: its loaded part, its events, and how a line gets its units. */
interface Access {
  readonly sku: string;
  readonly loaded: LoadedProduct;
  readonly queue: QueueState;
  readonly endedPromises: EndedPromises;
  record(event: (productVersion: number) => AllocationEvent): void;
  /** Reports that a line does not fit (rule 5). */
  refuse(shortage: Shortage): void;
  /** Gives a line what was planned for it, and takes it out of the queue. */
  carryOut(plan: LinePlan): void;
}

/** More about a line that waits. */
interface Why {
  readonly strategy?: Strategy | undefined;
  readonly promisedDate?: string | null | undefined;
}

/**
 * The lines that wait for units of a product (rule 12): higher priority first, then the oldest. Units that become free go
 * to them at once, so that a later customer finds none that a waiting line could have had. In a strict queue, all units
 * that are free are reserved for its head.
 */
export class Backorders {
  readonly #queue: LoadedQueue;
  #isServing = false;

  constructor(private readonly product: Access) {
    this.#queue = new LoadedQueue(product.queue);
  }

  get revision(): number {
    return this.#queue.revision;
  }

  /** Lines that wait, here or not. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  get changes(): QueueChanges {
    return this.#queue.changes;
  }

  /** For simulations: what has changed counts as saved. */
  settle(): void {
    this.#queue.settle();
  }

  /** The lines that wait and are here, the head of the queue first. */
  get inOrder(): readonly WaitingLine[] {
    return this.#queue.inOrder;
  }

  /** The waiting line of the order, if it has one. */
  find(orderId: string): WaitingLine | undefined {
    return this.#queue.find(orderId);
  }

  /**
   * What the line would get now, or why it gets nothing. In a strict queue, a line behind others gets no more units than
   * it has.
   * @param previous the line as it is; undefined if it claims nothing
   */
  plan(line: OrderLine, previous: AllocatedLine | undefined): LinePlan | Shortage {
    const plan = planLine(this.product.loaded, line, previous);
    const before = previous?.quantity ?? 0;
    if (line.quantity <= before || !this.#isBehindOthers(line, previous)) return plan;
    return { line, available: 'places' in plan ? before : Math.min(before, plan.available), earliest: null };
  }

  #isBehindOthers({ orderId, terms }: OrderLine, previous: AllocatedLine | undefined): boolean {
    if (this.#queue.waiting === 0 || !this.#isStrict) return false;
    const { sequence } = previous ?? this.find(orderId) ?? { sequence: YOUNGEST };
    return this.#queue.hasLineBefore(placeInQueue({ sequence, terms }), orderId);
  }

  get #isStrict(): boolean {
    return this.product.loaded.policy.backorders === 'strict';
  }

  /**
   * A line that does not fit waits, and is reported like a refusal. It gives back what it claims.
   * @param promisedDate the day that its order was promised it first, `YYYY-MM-DD` (rule 7b), null: at once; left out: none yet
   */
  wait(shortage: Shortage, promisedDate?: string | null): WaitingLine {
    const { line } = shortage;
    const { loaded } = this.product;
    const previous = loaded.lines.of(line.orderId);
    const isNew = !this.find(line.orderId);
    if (previous) {
      loaded.release(previous);
      loaded.lines.remove(previous);
    }
    const waiting = this.add(line, 'short', previous, { promisedDate });
    if (isNew) this.product.refuse(shortage);
    if (previous) this.serve();
    else if (!isNew) this.serveNextHead();
    return waiting;
  }

  /**
   * A line that claims nothing waits for its units, at the place that its priority and its age give it. If it waits
   * already, it may ask for another quantity, or on other terms.
   * @param previous what it claimed until now
   * @param options.strategy of its segment, if a reallocation run took its units
   * @param options.promisedDate as `wait` has it
   */
  add(
    line: OrderLine,
    reason: ReasonToWait,
    previous?: AllocatedLine,
    { strategy, promisedDate: ofOrder }: Why = {},
  ): WaitingLine {
    const { orderId, quantity, terms } = line;
    const before = this.find(orderId);
    const sequence = (previous ?? before)?.sequence ?? this.product.loaded.nextSequence();
    const ofLine = previous ? this.product.loaded.promisedDate(previous) : before?.promisedDate;
    const promisedDate = ofOrder === undefined ? ofLine : ofOrder;
    const promised = promisedDate !== undefined && { promisedDate };
    const waiting = { orderId, quantity, sequence, terms, ...promised };
    if (before && isSame(before, waiting)) return before;
    this.#queue.put(waiting);
    const why = before ? 'amended' : reason;
    this.product.record((version) =>
      lineBackordered(this.product.sku, waiting, why, version, previous, strategy),
    );
    return waiting;
  }

  /** The line gets its units: it waits no longer. */
  leave(line: WaitingLine): void {
    this.#queue.remove(line);
  }

  /**
   * Takes the line of the order out of the queue, if it waits.
   * @param reason why a hold ends; a firm line is cancelled
   */
  withdraw(orderId: string, reason: 'released' | 'replaced' | 'expired'): void {
    const waiting = this.find(orderId);
    if (!waiting) return;
    this.#end(waiting, reason);
    this.serveNextHead();
  }

  #end(waiting: WaitingLine, reason: 'released' | 'replaced' | 'expired'): void {
    this.#queue.remove(waiting);
    const why = isHeldInQueue(waiting) ? reason : 'cancelled';
    this.product.record((version) => backorderEnded(this.product.sku, waiting, why, version));
  }

  /** Ends the holds whose time is up while they wait (rule 11). */
  endHolds(now: Date): void {
    const ended = this.#queue.inOrder.filter(({ terms }) => isEnded(terms, now));
    if (ended.length === 0) return;
    for (const waiting of ended) {
      this.product.endedPromises.keep(waiting.orderId, waiting.promisedDate);
      this.#end(waiting, 'expired');
    }
    this.serveNextHead();
  }

  /** In a strict queue, another head may be met by units that the one before it left. */
  serveNextHead(): void {
    if (this.#isStrict && !this.#isServing) this.serve();
  }

  /**
   * Gives units that are free to the lines that wait, in the order that the policy of the product says. After it, no line
   * is left that could be met or, in a strict queue, its head cannot be.
   * @throws {NotLoaded} if a line that could be met may be missing here
   */
  serve(): void {
    if (this.#queue.waiting === 0) return;
    const { batches, policy } = this.product.loaded;
    let free = freeUnits(batches);
    if (!this.#isStrict) this.#queue.requireLinesFor(free);
    this.#isServing = true;
    const order = servingOrder(policy, this.#queue.inOrder, this.#queue.lastChannel);
    let next = order.next();
    while (free.total > 0 && !next.done) {
      if (this.#isStrict) this.#queue.requireLinesUpTo(placeInQueue(next.value));
      const isMet = this.#meet(next.value, free);
      if (isMet) free = freeUnits(batches);
      next = order.next(isMet);
    }
    this.#isServing = false;
    if (free.total > 0 && this.#isStrict && this.#queue.inOrder.length === 0)
      this.#queue.requireLinesUpTo(Infinity);
  }

  /** @returns whether the line gets its units */
  #meet(waiting: WaitingLine, free: FreeUnits): boolean {
    if (waiting.quantity > (waiting.terms.split ? free.total : free.largest)) return false;
    const plan = planLine(this.product.loaded, this.#asOrderLine(waiting), undefined);
    if (!('places' in plan)) return false;
    this.product.carryOut(plan);
    if (this.product.loaded.policy.backorders === 'fair-share') this.#queue.noteTurn(channelOf(waiting));
    return true;
  }

  /**
   * The line waits for another quantity, or on other terms. If it may come from other places now, or have units that were
   * protected from it, it gets them at once (rule 12). Nothing happens if it does not wait.
   */
  amend(orderId: string, change: Partial<Pick<WaitingLine, 'quantity' | 'terms'>>): void {
    const before = this.find(orderId);
    if (!before) return;
    const waiting = this.add(this.#asOrderLine({ ...before, ...change }), 'amended');
    const { batches, policy } = this.product.loaded;
    const isOfOtherChannel = waiting.terms.channel !== before.terms.channel && policy.protections.length > 0;
    const mayBeMet = isOfOtherChannel || !haveSameLocations(waiting.terms, before.terms);
    if (mayBeMet && !this.#isStrict) this.#meet(waiting, freeUnits(batches));
    else this.serveNextHead();
  }

  #asOrderLine({ orderId, quantity, terms }: WaitingLine): OrderLine {
    return new OrderLine({ orderId, sku: this.product.sku, quantity, terms });
  }
}

/** Units of the batches that nobody has claimed. */
export function freeUnits(batches: readonly Pick<Batch, 'available'>[]): FreeUnits {
  let [largest, total] = [0, 0];
  for (const { available } of batches) {
    if (available > largest) largest = available;
    total += available;
  }
  return { largest, total };
}

function isSame(a: WaitingLine, b: WaitingLine): boolean {
  return JSON.stringify(factsOf(a)) === JSON.stringify(factsOf(b));
}

function factsOf({ quantity, terms }: WaitingLine) {
  const { split, neededBy, expiresAt, priority, channel, locations } = terms;
  return [quantity, split, neededBy, expiresAt, priority, channel, locations];
}
