import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import {
  AllocationConflict,
  type OutOfStock,
  UnknownAllocation,
  UnknownOrder,
  type ShortLine,
} from './errors.js';
import type { LinePlan, Shortage } from './line-plan.js';
import { AlreadyShipped, HoldExpired, OrderCancelled, OrderFirm, OrderOutOfStock } from './order-errors.js';
import { OrderLine, type Allocation, type LineTerms, type OrderLineFacts } from './order-line.js';
import {
  inOrderOfSku,
  isSameRecord,
  whatHasLeft,
  withoutRecord,
  type OrderedLine,
  type OrderSnapshot,
  type OrderState,
} from './order-state.js';
import { holdEndsAt, refusalToConfirm, requireConfirmable } from './hold.js';
import { looseLines, withClaims } from './order-claims.js';
import { OrderGoods } from './order-goods.js';
import { NO_DOCUMENTS, type Documents } from './document.js';
import type { Allocated, Product } from './product.js';
import { requireOneLineOfEachSku, type PutOrder, type WantedLine, type WantedOrder } from './wanted-order.js';

/** What all lines of an order have in common. */
type OrderTerms = Pick<LineTerms, 'expiresAt' | 'priority'> & { readonly channel: string | null };

/**
 * An order: its record, and the claims of its lines on the products that it is loaded with (rule 10). Every method asks
 * all products first and then changes all of them, or none.
 */
export class Order {
  readonly orderId: string;
  /** Its products record what happens to its lines. */
  readonly events = new RecordedEvents<AllocationEvent>();
  /** Its goods: what leaves and comes back. */
  readonly goods = new OrderGoods(this);
  /** Those that it is loaded with, in the order of their SKUs. */
  readonly companions: readonly Product[];
  readonly #products: ReadonlyMap<string, Product>;
  readonly #now: Date;
  #loaded: OrderState;
  #record: OrderState;
  #revision = 0;

  /**
   * @param state the record; if it has none, one of version 0 without lines
   * @param products those of all its lines, and of all lines that a work of the transaction is about
   * @param now by the clock of the store
   * @param documents those that the work names
   */
  constructor(
    state: OrderState,
    products: readonly Product[],
    now: Date,
    readonly documents: Documents = NO_DOCUMENTS,
  ) {
    this.orderId = state.orderId;
    this.companions = products.toSorted(inOrderOfSku);
    this.#products = new Map(this.companions.map((product) => [product.sku, product]));
    this.#now = now;
    this.#loaded = state;
    this.#record = state;
  }

  get revision(): number {
    return this.#revision;
  }

  /** The version that was loaded. */
  get version(): number {
    return this.#loaded.version;
  }

  /** For simulations: what has changed counts as saved. Its products are settled by themselves. */
  settle(): void {
    if (this.#revision === 0) return;
    this.#loaded = this.#record = this.changes ?? withoutRecord(this.orderId, this.#now);
    this.#revision = 0;
  }

  /** Whether its lines change with it. An order of loose lines has no record. */
  get hasRecord(): boolean {
    return this.#record.version > 0;
  }

  /** What a store has to write; null: the record is to be deleted. */
  get changes(): OrderState | null {
    return this.state.lines.length === 0 && this.state.cancelledAt === null ? null : this.state;
  }

  /** Whether anybody knows it: it has a line, or was cancelled. */
  get exists(): boolean {
    return this.changes !== null;
  }

  /** What its lines claim now, in the order of their SKUs. */
  get allocations(): Allocation[] {
    return this.companions.flatMap((product) => product.allocationOf(this.orderId) ?? []);
  }

  /** The order as it is now. */
  get snapshot(): OrderSnapshot {
    const { state } = this;
    const lines = state.lines.map((line) => withClaims(this.orderId, line, this.#products.get(line.sku)));
    return { ...state, now: this.#now, lines };
  }

  /**
   * Makes the lines of the order exactly these (rule 10): new ones are claimed, missing ones released, and changed ones
   * amended by the difference. A refusal is returned and not thrown, since its events have to be saved (rule 5).
   * @param longestHoldSeconds how long a hold may last from its first creation
   * @throws {DuplicateSku | UnknownSku | OrderCancelled | OrderFirm | HoldExpired | AlreadyShipped}
   */
  put(wanted: WantedOrder, longestHoldSeconds: number): PutOrder | OrderOutOfStock {
    requireOneLineOfEachSku(this.orderId, wanted.lines);
    if (this.state.cancelledAt && !wanted.reopen) throw new OrderCancelled(this.orderId);
    const isNew = !this.exists;
    const before = this.state.cancelledAt || isNew ? { ...this.state, createdAt: this.#now } : this.state;
    const isFirm = !isNew && !this.state.cancelledAt && before.expiresAt === null;
    // What has left was firm: if it does not leave after all, its claims are, too.
    if (wanted.expiresInSeconds !== null && (isFirm || before.lines.some(({ shipped }) => shipped > 0)))
      throw new OrderFirm(this.orderId);
    const expiresAt = holdEndsAt(wanted, before, this.#now, longestHoldSeconds);
    const kept = new Map(before.lines.map((line) => [line.sku, line]));
    const gone = before.lines.filter(({ sku }) => !wanted.lines.some((line) => line.sku === sku));
    for (const { sku, shipped } of gone)
      if (shipped > 0) throw new AlreadyShipped(this.orderId, sku, shipped);
    const terms = { expiresAt, priority: wanted.priority, channel: wanted.channel };
    const plans = wanted.lines.map((line) => this.#plan({ ...line, ...terms }, kept.get(line.sku)));

    const short = plans.filter((plan) => plan !== undefined && !('places' in plan)) as Shortage[];
    if (short.length > 0 && (wanted.whenShort === 'refuse' || short.length === plans.length))
      return new OrderOutOfStock(this.orderId, this.#refuse(short));

    for (const { sku } of gone) this.product(sku).release(this.orderId, 'replaced');
    const lines = wanted.lines.flatMap((line, i): OrderedLine[] => {
      const plan = plans[i];
      const previous = kept.get(line.sku);
      if (plan === undefined) {
        // All that it asks for has left, so what it still claimed is free.
        this.product(line.sku).release(this.orderId, 'replaced');
        return [{ ...previous!, ...line }];
      }
      if ('places' in plan) return [this.#carryOut(plan, line, previous)];
      return previous ? [this.#leave(previous, terms)] : [];
    });
    const { priority, channel, shipComplete } = wanted;
    this.change({ ...before, lines, expiresAt, priority, channel, shipComplete, cancelledAt: null });
    return { isNew, refused: this.#refuse(short) };
  }

  /**
   * Makes the hold firm. If it has ended less than 24 hours ago, its lines are claimed again if they all fit (rule 11). A
   * refusal is returned and not thrown, since its events have to be saved.
   * @throws {UnknownOrder | OrderCancelled | HoldExpired}
   */
  confirm(): OrderOutOfStock | HoldExpired | undefined {
    if (!this.exists) throw new UnknownOrder(this.orderId);
    const { cancelledAt, expiresAt, priority, channel, lines } = this.state;
    if (cancelledAt) throw new OrderCancelled(this.orderId);
    if (expiresAt === null) return undefined;
    requireConfirmable(this.orderId, expiresAt, this.#now);
    const terms = { expiresAt: null, priority, channel, lines };
    const plans = lines.map((line) => this.#plan({ ...line, ...terms }, line));
    const short = plans.filter((plan) => plan !== undefined && !('places' in plan)) as Shortage[];
    if (short.length > 0) return refusalToConfirm(this.orderId, expiresAt, this.#now, this.#refuse(short));
    for (const [i, plan] of plans.entries())
      if (plan && 'places' in plan) this.#carryOut(plan, lines[i]!, lines[i]);
    this.change({ ...this.state, expiresAt: null });
    return undefined;
  }

  /**
   * Releases all that has not left. The order stays cancelled.
   * @throws {UnknownOrder}
   */
  cancel(): void {
    if (!this.exists) throw new UnknownOrder(this.orderId);
    if (this.state.cancelledAt) return;
    this.change({ ...this.state, lines: this.#releaseAll(), expiresAt: null, cancelledAt: this.#now });
  }

  /**
   * Deallocates every line, and keeps what has left. Other than a cancelled order, it can be allocated again.
   * @throws {UnknownOrder} if no line of the order claims anything
   */
  deallocate(): void {
    if (this.allocations.length === 0) throw new UnknownOrder(this.orderId);
    this.#changeLines(this.#releaseAll());
  }

  /**
   * Allocates one more line, on the terms of the order (rules 3, 4 and 10). A refusal is returned and not thrown.
   * @throws {OrderCancelled | HoldExpired | UnknownSku}
   * @throws {AllocationConflict} if the order has a line of the SKU with another quantity
   * @throws {AlreadyShipped} if the line has left
   */
  allocate({ sku, quantity, ...how }: WantedLine): Allocated | OutOfStock {
    const { cancelledAt, expiresAt, priority, channel, lines } = this.state;
    if (cancelledAt) throw new OrderCancelled(this.orderId);
    if (expiresAt && expiresAt <= this.#now) throw new HoldExpired(this.orderId, expiresAt);
    const existing = lines.find((line) => line.sku === sku);
    const wanted: OrderLineFacts = { orderId: this.orderId, sku, quantity };
    if (existing && existing.quantity !== quantity) throw new AllocationConflict(wanted, existing.quantity);
    const allocation = this.product(sku).allocationOf(this.orderId);
    if (allocation) return { isNew: false, allocation };
    if (existing && existing.shipped > 0) throw new AlreadyShipped(this.orderId, sku, existing.shipped);
    const line = { sku, quantity, ...how };
    const plan = this.#plan({ ...line, expiresAt, priority, channel }, existing)!;
    if (!('places' in plan)) return this.product(sku).refuse(plan);
    const added = this.#carryOut(plan, line, existing);
    this.#changeLines([...lines.filter((other) => other !== existing), added]);
    return { isNew: true, allocation: this.product(sku).allocationOf(this.orderId)! };
  }

  /**
   * Deallocates one line; what has left of it stays.
   * @throws {UnknownAllocation} if the line claims nothing
   */
  deallocateLine(sku: string): void {
    if (!this.#products.get(sku)?.holds(this.orderId)) throw new UnknownAllocation(this.orderId, sku);
    this.product(sku).release(this.orderId, 'released');
    this.#changeLines(this.state.lines.flatMap((line) => (line.sku === sku ? whatHasLeft(line) : [line])));
  }

  /**
   * What the line would claim beside what has left of it; undefined if all of it has.
   * @throws {AlreadyShipped} if more has left than it asks for
   */
  #plan(line: WantedLine & OrderTerms, existing: OrderedLine | undefined): LinePlan | Shortage | undefined {
    const { orderId } = this;
    const { sku, quantity, split, neededBy, expiresAt, priority, channel } = line;
    const shipped = existing?.shipped ?? 0;
    if (quantity < shipped) throw new AlreadyShipped(orderId, sku, shipped);
    if (quantity === shipped) return undefined;
    const terms = { split, neededBy, expiresAt, priority, ...(channel !== null && { channel }) };
    return this.product(sku).plan(new OrderLine({ orderId, sku, quantity: quantity - shipped, terms }));
  }

  #carryOut(plan: LinePlan, wanted: WantedLine, previous: OrderedLine | undefined): OrderedLine {
    this.product(wanted.sku).carryOut(previous ? { ...plan, promisedDate: previous.promisedDate } : plan);
    const { sku, quantity, split, neededBy } = wanted;
    const fresh = { promisedDate: plan.date, shipped: 0, returned: 0 };
    return { ...fresh, ...previous, sku, quantity, split, neededBy };
  }

  /** A line that cannot become what was asked for: it stays as it is, but on the terms of its order. */
  #leave(line: OrderedLine, terms: OrderTerms): OrderedLine {
    const product = this.product(line.sku);
    if (!product.holds(this.orderId)) return line;
    // It is not asked again whether it comes in time.
    const plan = this.#plan({ ...line, ...terms, neededBy: null }, line);
    if (!plan || !('places' in plan)) return line;
    const asItWas = { ...plan.line.terms, neededBy: line.neededBy };
    product.carryOut({ ...plan, line: new OrderLine({ ...plan.line, terms: asItWas }) });
    return line;
  }

  #refuse(short: readonly Shortage[]): ShortLine[] {
    return short.map((shortage) => {
      const { line, available, earliest } = shortage;
      this.product(line.sku).refuse(shortage);
      return { sku: line.sku, requested: line.quantity, available, earliest };
    });
  }

  /** @returns what has left */
  #releaseAll(): OrderedLine[] {
    for (const { sku } of this.state.lines) this.product(sku).release(this.orderId, 'released');
    return this.state.lines.flatMap(whatHasLeft);
  }

  /** Without a record, its lines are those that its products know, also those of other works of the transaction. */
  get state(): OrderState {
    if (this.hasRecord) return this.#record;
    return { ...this.#record, lines: looseLines(this.orderId, this.companions) };
  }

  /** Loose lines stay loose. An order that has lost its last line is as one that never was. */
  #changeLines(lines: readonly OrderedLine[]): void {
    if (!this.hasRecord) return;
    this.change({ ...(lines.length > 0 ? this.#record : withoutRecord(this.orderId, this.#now)), lines });
  }

  /** Changes the record, and makes one if there is none. */
  change(changed: OrderState): void {
    const next = { ...changed, lines: changed.lines.toSorted(inOrderOfSku) };
    if (this.hasRecord && isSameRecord(next, this.#record)) return;
    this.#revision++;
    this.#record = { ...next, version: this.version + 1 };
  }

  product(sku: string): Product {
    const product = this.#products.get(sku);
    if (!product) throw new Error(`Order ${this.orderId} was loaded without product ${sku}.`);
    return product;
  }
}
