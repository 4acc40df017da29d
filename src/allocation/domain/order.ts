import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import { AllocationConflict, type OutOfStock, UnknownAllocation, UnknownOrder } from './errors.js';
import { LineChanges, shortOf } from './line-changes.js';
import { AlreadyShipped, HoldExpired, OrderCancelled, OrderFirm, OrderOutOfStock } from './order-errors.js';
import type { Allocation, OrderLineFacts } from './order-line.js';
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
import { looseLines, withClaims, withPromises } from './order-claims.js';
import { OrderGoods } from './order-goods.js';
import { NO_DOCUMENTS, type Documents } from './document.js';
import type { Allocated, Backordered } from './outcomes.js';
import type { Product } from './product.js';
import { requireOneLineOfEachSku, type PutOrder, type WantedLine, type WantedOrder } from './wanted-order.js';

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
  readonly #changes = new LineChanges(this);
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

  /** The lines that had no promised date in its record when it was loaded. */
  get unpromisedBefore(): number {
    return this.#loaded.lines.filter(({ isUnpromised }) => isUnpromised).length;
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
    return this.hasRecord ? this.changes !== null : this.hasLines;
  }

  /** Whether one of its lines claims or waits for anything. */
  get hasLines(): boolean {
    return this.companions.some((product) => product.has(this.orderId));
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
   * amended by the difference; those that do not fit are refused, left out or wait, as it is wanted. A refusal is returned and not thrown, since its events have to be saved (rule 5).
   * @param longestHoldSeconds how long a hold may last from its first creation
   * @throws {DuplicateSku | UnknownSku | OrderCancelled | OrderFirm | HoldExpired | AlreadyShipped}
   */
  put(wanted: WantedOrder, longestHoldSeconds: number): PutOrder | OrderOutOfStock {
    requireOneLineOfEachSku(this.orderId, wanted.lines);
    const isNew = !this.exists;
    const state = isNew ? this.#record : this.state;
    if (state.cancelledAt && !wanted.reopen) throw new OrderCancelled(this.orderId);
    const before = state.cancelledAt || isNew ? { ...state, createdAt: this.#now } : state;
    const isFirm = !isNew && !state.cancelledAt && before.expiresAt === null;
    // What has left was firm: if it does not leave after all, its claims are, too.
    if (wanted.expiresInSeconds !== null && (isFirm || before.lines.some(({ shipped }) => shipped > 0)))
      throw new OrderFirm(this.orderId);
    const expiresAt = holdEndsAt(wanted, before, this.#now, longestHoldSeconds);
    const kept = new Map(before.lines.map((line) => [line.sku, line]));
    const gone = before.lines.filter(({ sku }) => !wanted.lines.some((line) => line.sku === sku));
    for (const { sku, shipped } of gone)
      if (shipped > 0) throw new AlreadyShipped(this.orderId, sku, shipped);
    const mayWait = wanted.whenShort === 'backorder';
    const { priority, channel, locations, shipComplete } = wanted;
    const terms = { expiresAt, priority, channel, locations, mayWait };
    const plans = this.#changes.planAll(wanted.lines, terms, kept);

    const short = shortOf(plans);
    if (short.length > 0 && !mayWait && (wanted.whenShort === 'refuse' || short.length === plans.length))
      return new OrderOutOfStock(this.orderId, this.#changes.refuse(short));

    for (const { sku } of gone) this.product(sku).release(this.orderId, 'replaced');
    const lines = wanted.lines.flatMap((line, i): OrderedLine[] => {
      const plan = plans[i];
      const previous = kept.get(line.sku);
      if (plan === undefined) {
        // All that it asks for has left, so what it still claimed is free.
        this.product(line.sku).release(this.orderId, 'replaced');
        return [{ ...previous!, ...line }];
      }
      if ('places' in plan) return [this.#changes.carryOut(plan, line, previous)];
      if (mayWait) return [this.#changes.wait(plan, line, previous)];
      return previous ? [this.#changes.leave(previous, terms)] : [];
    });
    this.change({ ...before, ...terms, lines, shipComplete, cancelledAt: null });
    return { isNew, refused: mayWait ? [] : this.#changes.refuse(short) };
  }

  /**
   * Makes the hold firm. If it has ended less than 24 hours ago, its lines are claimed again if they all fit (rule 11);
   * those that do not fit wait, if the order accepts that. A refusal is returned and not thrown, since its events have to be saved.
   * @throws {UnknownOrder | OrderCancelled | HoldExpired}
   */
  confirm(): OrderOutOfStock | HoldExpired | undefined {
    if (!this.exists) throw new UnknownOrder(this.orderId);
    const { cancelledAt, expiresAt, priority, channel, locations, mayWait } = this.state;
    if (cancelledAt) throw new OrderCancelled(this.orderId);
    if (expiresAt === null) return undefined;
    requireConfirmable(this.orderId, expiresAt, this.#now);
    const terms = { expiresAt: null, priority, channel, locations, mayWait };
    const standing = new Map(this.state.lines.map((line) => [line.sku, line]));
    const plans = this.#changes.planAll(this.state.lines, terms, standing);
    const short = shortOf(plans);
    if (short.length > 0 && !mayWait)
      return refusalToConfirm(this.orderId, expiresAt, this.#now, this.#changes.refuse(short));
    const lines = this.state.lines.map((line, i) => {
      const plan = plans[i];
      if (plan === undefined) return line;
      if ('places' in plan) return this.#changes.carryOut(plan, line, line);
      return this.#changes.wait(plan, line, line);
    });
    this.change({ ...this.state, lines, expiresAt: null });
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
   * @throws {UnknownOrder} if no line of the order claims or waits for anything
   */
  deallocate(): void {
    if (!this.hasLines) throw new UnknownOrder(this.orderId);
    this.#changeLines(this.#releaseAll());
  }

  /**
   * Allocates one more line, on the terms of the order (rules 3, 4 and 10). A refusal is returned and not thrown.
   * @throws {OrderCancelled | HoldExpired | UnknownSku}
   * @throws {AllocationConflict} if the order has a line of the SKU with another quantity
   * @throws {AlreadyShipped} if the line has left
   */
  allocate(line: WantedLine, { mayWait = false } = {}): Allocated | Backordered | OutOfStock {
    const { sku, quantity } = line;
    const { cancelledAt, expiresAt, priority, channel, locations, lines } = this.state;
    if (cancelledAt) throw new OrderCancelled(this.orderId);
    if (expiresAt && expiresAt <= this.#now) throw new HoldExpired(this.orderId, expiresAt);
    const existing = lines.find((line) => line.sku === sku);
    const wanted: OrderLineFacts = { orderId: this.orderId, sku, quantity };
    if (existing && existing.quantity !== quantity) throw new AllocationConflict(wanted, existing.quantity);
    const product = this.product(sku);
    const allocation = product.allocationOf(this.orderId);
    if (allocation) return { isNew: false, allocation };
    const waiting = product.backorders.find(this.orderId);
    if (waiting) return { isNew: false, waiting };
    if (existing && existing.shipped > 0) throw new AlreadyShipped(this.orderId, sku, existing.shipped);
    const plan = this.#changes.plan(line, { expiresAt, priority, channel, locations, mayWait }, existing)!;
    const fits = 'places' in plan;
    if (!fits && !mayWait) return product.refuse(plan);
    const added = fits
      ? this.#changes.carryOut(plan, line, existing)
      : this.#changes.wait(plan, line, existing);
    this.#changeLines([...lines.filter((other) => other !== existing), added]);
    if (!fits) return { isNew: true, waiting: product.backorders.find(this.orderId)! };
    return { isNew: true, allocation: product.allocationOf(this.orderId)! };
  }

  /**
   * Deallocates one line, or takes it out of the queue; what has left of it stays.
   * @throws {UnknownAllocation} if the line neither claims nor waits for anything
   */
  deallocateLine(sku: string): void {
    if (!this.#products.get(sku)?.has(this.orderId)) throw new UnknownAllocation(this.orderId, sku);
    this.product(sku).release(this.orderId, 'released');
    this.#changeLines(this.state.lines.flatMap((line) => (line.sku === sku ? whatHasLeft(line) : [line])));
  }

  /** @returns what has left */
  #releaseAll(): OrderedLine[] {
    for (const { sku } of this.state.lines) this.product(sku).release(this.orderId, 'released');
    return this.state.lines.flatMap(whatHasLeft);
  }

  /** Without a record, its lines are those that its products know, also those of other works of the transaction. */
  get state(): OrderState {
    const { lines } = this.#record;
    if (!this.hasRecord) return { ...this.#record, lines: looseLines(this.orderId, this.companions) };
    if (!lines.some(({ isUnpromised }) => isUnpromised)) return this.#record;
    return { ...this.#record, lines: withPromises(this.orderId, lines, this.#products) };
  }

  /** Loose lines stay loose. An order that has lost its last line is as one that never was. */
  #changeLines(lines: readonly OrderedLine[]): void {
    if (!this.hasRecord) return;
    this.change({ ...(lines.length > 0 ? this.#record : withoutRecord(this.orderId, this.#now)), lines });
  }

  /** Changes the record, and makes one if there is none. */
  change(changed: OrderState): void {
    const next = { ...changed, version: this.version + 1, lines: changed.lines.toSorted(inOrderOfSku) };
    if (this.hasRecord && isSameRecord(next, this.state)) return;
    this.#revision++;
    this.#record = next;
  }

  product(sku: string): Product {
    const product = this.#products.get(sku);
    if (!product) throw new Error(`Order ${this.orderId} was loaded without product ${sku}.`);
    return product;
  }
}
