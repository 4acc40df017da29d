import type { OutOfStock } from '../../src/allocation/domain/errors.js';
import { claimsOf } from '../../src/allocation/domain/allocated-line.js';
import type { HoldExpired, OrderOutOfStock } from '../../src/allocation/domain/order-errors.js';
import { DEFAULT_PRIORITY, PLAIN_TERMS, type LineTerms } from '../../src/allocation/domain/order-line.js';
import type { OrderSnapshot } from '../../src/allocation/domain/order-state.js';
import type { Order } from '../../src/allocation/domain/order.js';
import type { PutOrder, WantedLine, WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import type { Allocated, Backordered } from '../../src/allocation/domain/outcomes.js';
import { reallocate, type ReallocationResult } from '../../src/allocation/domain/reallocated-lines.js';
import type { Segment } from '../../src/allocation/domain/segment.js';
import type { Product } from '../../src/allocation/domain/product.js';
import { placeInQueue } from '../../src/allocation/domain/waiting-line.js';
import type { OrderNeed, ProductNeed } from '../../src/allocation/domain/stock.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { InMemoryLog, InMemoryTransactions } from '../support/in-memory.js';
import { NOW } from '../support/now.js';
import { expect } from '@jest/globals';
import { StockInMemory } from './stock-in-memory.js';

/** Lines by their SKUs: a number of units, or what else is wanted of the line. */
export type Lines = Readonly<Record<string, number | (Partial<WantedLine> & { readonly quantity: number })>>;

export function wantedLines(lines: Lines): WantedLine[] {
  return Object.entries(lines).map(([sku, line]) => ({
    sku,
    split: false,
    neededBy: null,
    ...(typeof line === 'number' ? { quantity: line } : line),
  }));
}

/** An order as most callers put it: firm, all or nothing. */
export function wantedOrder(lines: Lines, rest: Partial<WantedOrder> = {}): WantedOrder {
  return {
    lines: wantedLines(lines),
    whenShort: 'refuse',
    expiresInSeconds: null,
    priority: DEFAULT_PRIORITY,
    channel: null,
    locations: null,
    shipComplete: false,
    reopen: false,
    ...rest,
  };
}

/** Orders and the stock that they claim, in memory, by a clock that the test sets. Each call is a transaction. */
export class Orders {
  now = NOW;
  /** How long a hold may last from its first creation. */
  longestHoldSeconds = 86_400;
  readonly stock = new StockInMemory(() => this.now);
  readonly #log = new InMemoryLog();
  readonly #unitOfWork = new UnitOfWork(new InMemoryTransactions(), this.#log);
  #seen = 0;

  later(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1_000);
  }

  buy(sku: string, reference: string, quantity: number, eta: string | null = null): Promise<void> {
    return this.changeProduct({ sku, batchReference: reference, frees: quantity }, (product) =>
      product.supply.addBatch({ reference, quantity, eta }),
    );
  }

  changeQuantity(sku: string, reference: string, quantity: number): Promise<void> {
    const need = { sku, batchReference: reference, newQuantity: quantity, frees: quantity };
    return this.changeProduct(need, (product) => product.supply.changeQuantity(reference, quantity));
  }

  reschedule(sku: string, reference: string, eta: string | null): Promise<void> {
    return this.changeProduct({ sku, batchReference: reference, countsLines: true }, (product) =>
      product.supply.reschedule(reference, eta),
    );
  }

  reallocate(sku: string, ...segments: readonly Segment[]): Promise<ReallocationResult> {
    return this.changeProduct({ sku, everyLine: true }, (product) => reallocate(product, segments));
  }

  /** What a run would do. */
  simulate(sku: string, ...segments: readonly Segment[]): Promise<ReallocationResult> {
    const need = { sku, everyLine: true };
    return this.#unitOfWork.simulate(this.stock.products, [need], (simulation) => {
      const outcome = simulation.attempt(need, (product) => reallocate(product, segments));
      if ('refusal' in outcome) throw outcome.refusal;
      return outcome.value;
    });
  }

  put(orderId: string, lines: Lines, rest: Partial<WantedOrder> = {}): Promise<PutOrder | OrderOutOfStock> {
    const wanted = wantedOrder(lines, rest);
    const need = { orderId, lines: wanted.lines, ...(wanted.locations && { hasLocations: true }) };
    return this.changeOrder(need, (order) => order.put(wanted, this.longestHoldSeconds));
  }

  /** Puts the order as a hold that ends after so many seconds. */
  hold(orderId: string, lines: Lines, expiresInSeconds = 600): Promise<PutOrder | OrderOutOfStock> {
    return this.put(orderId, lines, { expiresInSeconds });
  }

  confirm(orderId: string): Promise<OrderOutOfStock | HoldExpired | undefined> {
    return this.changeOrder({ orderId, lines: [], reclaims: true }, (order) => order.confirm());
  }

  cancel(orderId: string): Promise<void> {
    return this.changeOrder({ orderId, lines: [] }, (order) => order.cancel());
  }

  deallocate(orderId: string): Promise<void> {
    return this.changeOrder({ orderId, lines: [] }, (order) => order.deallocate());
  }

  deallocateLine(orderId: string, sku: string): Promise<void> {
    return this.changeOrder({ orderId, lines: [] }, (order) => order.deallocateLine(sku));
  }

  /** One more line of an order that has a record. */
  add(orderId: string, lines: Lines, mayWait = false): Promise<Allocated | Backordered | OutOfStock> {
    const [line] = wantedLines(lines) as [WantedLine];
    return this.changeOrder({ orderId, lines: [line] }, (order) => order.allocate(line, { mayWait }));
  }

  /** A line of an order that has no record. */
  allocate(
    orderId: string,
    sku: string,
    quantity: number,
    terms?: Partial<LineTerms>,
  ): Promise<Allocated | Backordered | OutOfStock> {
    return this.changeProduct({ sku, orderId, units: quantity }, (product) =>
      product.allocate({ orderId, sku, quantity, ...(terms && { terms: { ...PLAIN_TERMS, ...terms } }) }),
    );
  }

  find(orderId: string): Promise<OrderSnapshot> {
    return this.changeOrder({ orderId, lines: [] }, (order) => order.snapshot);
  }

  changeOrder<R>(need: OrderNeed, work: (order: Order) => R): Promise<R> {
    return this.#unitOfWork.change(this.stock.orders, need, work);
  }

  /** The stored claims of the order: "2 of b1" by SKU. */
  claimsOf(orderId: string): Record<string, string[]> {
    const lines = this.stock
      .linesOf(orderId)
      .map(({ sku, line }): [string, string[]] => [
        sku,
        claimsOf(line).map(({ quantity, batchReference }) => `${quantity} of ${batchReference}`),
      ]);
    return Object.fromEntries(lines);
  }

  /** The lines that wait for a product, in the order of its queue: "o1 10". */
  queueOf(sku: string): string[] {
    return [...(this.stock.stateOf(sku).queue?.lines ?? [])]
      .sort((a, b) => placeInQueue(a) - placeInQueue(b))
      .map(({ orderId, quantity }) => `${orderId} ${quantity}`);
  }

  /** The version of the order, and those of its products. */
  versions(orderId: string, ...skus: string[]): number[] {
    return [this.stock.orderOf(orderId).version, ...skus.map((sku) => this.stock.stateOf(sku).version)];
  }

  /** What was published since it was last asked: "LineHeld CHAIR". */
  told(): string[] {
    return this.facts().map(({ type, key }) => `${type} ${key}`);
  }

  /** As `told`, with all facts. */
  facts() {
    const told = this.#log.events.slice(this.#seen);
    this.#seen += told.length;
    return told;
  }

  /** Checks that a call changes nothing of order o1: no version, no claim, and no event but refusals. */
  async expectUnchanged(call: () => Promise<unknown>): Promise<void> {
    const standing = () => [
      this.stock.orderOf('o1'),
      this.claimsOf('o1'),
      this.versions('o1', 'CHAIR', 'TABLE'),
    ];
    const before = standing();
    this.told();
    await call();
    expect(standing()).toEqual(before);
    expect(this.told().filter((told) => !told.startsWith('OutOfStock'))).toEqual([]);
  }

  changeProduct<R>(need: ProductNeed, work: (product: Product) => R): Promise<R> {
    return this.#unitOfWork.change(this.stock.products, need, work);
  }
}
