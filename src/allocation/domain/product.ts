import { RecordedEvents } from '../../kernel/domain/recorded-events.js';
import type { AllocationEvent } from '../contract/allocation.contract.js';
import { NO_DOCUMENTS } from './document.js';
import { Warehouse } from './warehouse.js';
import { Backorders } from './backorders.js';
import { EndedPromises } from './ended-promises.js';
import { ReallocationRun } from './reallocation-run.js';
import { Resizing } from './resizing.js';
import { Supply } from './supply.js';
import { NOBODY_WAITS } from './waiting-line.js';
import {
  AllocationConflict,
  ForeignLine,
  OutOfStock,
  PartOfOrder,
  UnknownAllocation,
  UnknownSku,
} from './errors.js';
import { DEFAULT_POLICY, hasEndedProtection, isSamePolicy, type Policy } from './policy.js';
import { UnknownProduct } from './unknown-product.js';
import { toLine, withPromiseOf, type LinePlan, type Shortage } from './line-plan.js';
import { isHeld, termsOf, type AllocatedLine } from './allocated-line.js';
import { LoadedProduct } from './loaded-product.js';
import type { ProductChanges, ProductState, ProductWithoutLines } from './product-state.js';
import type { Allocated, Backordered } from './outcomes.js';
import {
  haveSameLocations,
  OrderLine,
  type Allocation,
  type LineTerms,
  type OrderLineFacts,
  type PromisedLine,
} from './order-line.js';
import { eventsOfPlan, lineGone, outOfStock, policyChanged, type ReasonToGo } from './product-events.js';

/**
 * A product: one SKU, its batches, and the order lines that claim units of them. The rules, which docs/rules.md shows
 * case by case:
 *
 * 1. An order line gets all of its units from one batch, or none.
 * 1b. A line that may be split gets all of its units on the earliest date, from as few batches as possible.
 * 2. What is claimed from a batch never exceeds its quantity.
 * 3. Stock on hand comes first, then the earliest date, then the reference in byte order.
 * 4. The same line again gets the allocation it has; another quantity is a conflict.
 * 5. A line that no batch can hold is refused, changes nothing and is reported as out of stock.
 * 6. When a batch shrinks, holds and then the newest lines leave it and are placed again, the oldest first.
 * 6b. A line that fits nowhere then waits, if its order accepts that, at the place that its priority and its age give it.
 * 7. A new date moves no line, but every allocation shows it.
 * 7b. A line keeps the date that it was promised first.
 * 8. A transaction that changes a product raises its version by exactly one.
 * 9. Once a batch is registered or changed, every allocation sees it.
 * 10. An order is atomic: all of its lines change, or none.
 * 11. A hold ends exactly when it expires.
 * 12. Units that become free go to the lines that wait, in the same transaction.
 * 13. Shipping turns a claim into a shipment; only units on hand can leave.
 * 14. A receipt raises what is on hand and moves no line.
 * 15. A count is a difference.
 * 16. The caller names what it writes, and the same again changes nothing.
 * 17. Every unit is explained.
 * 18. Every event knows its actor.
 *
 * Every method checks before it changes anything: one that throws has changed nothing and recorded nothing.
 */
export class Product {
  readonly sku: string;
  readonly events = new RecordedEvents<AllocationEvent>();
  /** Its goods: what comes, leaves and comes back. */
  readonly warehouse: Warehouse;
  /** Its batches: what is bought, and when it comes. */
  readonly supply: Supply;
  /** The lines that wait for its units. */
  readonly backorders: Backorders;
  /** Reassigns its units. */
  readonly reallocation: ReallocationRun;
  /** Those of holds that have ended since it was loaded. */
  readonly endedPromises = new EndedPromises();
  readonly #loaded: LoadedProduct;

  constructor(state: ProductState) {
    this.sku = state.sku;
    this.#loaded = new LoadedProduct(state);
    const access = {
      sku: this.sku,
      loaded: this.#loaded,
      hasEveryLine: state.loaded.hasEveryLine,
      documents: state.documents ?? NO_DOCUMENTS,
      queue: state.queue ?? NOBODY_WAITS,
      endedPromises: this.endedPromises,
      record: (event: (productVersion: number) => AllocationEvent) =>
        this.events.record(event(this.#nextVersion)),
      refuse: (shortage: Shortage) => this.refuse(shortage),
      carryOut: (plan: LinePlan) => this.carryOut(plan),
      remove: (line: AllocatedLine) => this.#remove(line, 'batch-shrunk'),
    };
    const backorders = (this.backorders = new Backorders(access));
    this.reallocation = new ReallocationRun(access, backorders);
    const resizing = new Resizing(access, backorders);
    this.warehouse = new Warehouse(access, backorders, resizing);
    this.supply = new Supply(access, backorders, resizing, this.warehouse);
  }

  /**
   * Allocates the line to the first batch that can hold all of it (rules 1 and 3), or returns the allocation that it
   * has (rule 4). If it fits nowhere, it waits or is refused, as its terms say. A refusal is returned and not thrown,
   * since its event has to be saved (rule 5).
   * @throws {UnknownSku} if no batch of the SKU was ever registered
   * @throws {AllocationConflict} if the order has a line of the SKU with another quantity (rule 4)
   * @throws {InvalidQuantity | InvalidCode | InvalidDay} if nobody could order such a line
   * @throws {ForeignLine} if the line is of another SKU
   * @throws {PartOfOrder} if the line has to be allocated by its order
   */
  allocate(wanted: OrderLineFacts & { readonly terms?: LineTerms }): Allocated | Backordered | OutOfStock {
    const line = OrderLine.of(wanted);
    this.#requireKnown(line);
    this.#requireLoose(line.orderId);
    const existing = this.#loaded.lines.of(line.orderId);
    const waiting = this.backorders.find(line.orderId);
    const { quantity } = existing ?? waiting ?? line;
    if (quantity !== line.quantity) throw new AllocationConflict(line, quantity);
    if (existing) return { isNew: false, allocation: this.#loaded.allocation(existing) };
    if (waiting) return { isNew: false, waiting };
    const plan = this.backorders.plan(line, undefined);
    if ('places' in plan) return { isNew: true, allocation: this.carryOut(plan) };
    return line.terms.mayWait ? { isNew: true, waiting: this.backorders.wait(plan) } : this.refuse(plan);
  }

  /**
   * What the line would get now, or why it gets nothing. Changes nothing.
   * @throws {UnknownSku} if no batch of the SKU was ever registered
   * @throws {ForeignLine} if the line is of another SKU
   */
  plan(line: OrderLine): LinePlan | Shortage {
    this.#requireKnown(line);
    return this.backorders.plan(line, this.#loaded.lines.of(line.orderId));
  }

  /** Gives a line what was planned for it; nothing has changed since. */
  carryOut(plan: LinePlan): Allocation {
    const { previous } = plan;
    const waiting = this.backorders.find(plan.line.orderId);
    const promised = waiting ? withPromiseOf(waiting, plan) : plan;
    const next = toLine(promised, () => waiting?.sequence ?? this.#loaded.nextSequence());
    const allocation = this.#loaded.allocation(next);
    const events = eventsOfPlan(
      allocation,
      next,
      previous,
      this.#nextVersion,
      waiting !== undefined,
      plan.passedOver,
    );
    const isSame =
      next.terms?.mayWait === previous?.terms?.mayWait && haveSameLocations(next.terms, previous?.terms);
    if (events.length === 0 && isSame) {
      if (previous) this.#loaded.noteChannel(previous, plan.line.terms);
      return allocation;
    }
    if (previous) this.#loaded.release(previous);
    if (waiting) this.backorders.leave(waiting);
    this.#loaded.claim(next);
    for (const event of events) this.events.record(event);
    if (previous) this.backorders.serve();
    else if (waiting) this.backorders.serveNextHead();
    return allocation;
  }

  /** Reports that a line does not fit, and returns the refusal (rule 5). */
  refuse({ line, available, earliest }: Shortage): OutOfStock {
    const version = this.revision > 0 ? this.#nextVersion : this.version;
    this.events.recordOnce('OutOfStock', (earlier) => outOfStock(line, available, version, earlier));
    return new OutOfStock(line, available, earliest);
  }

  /**
   * Gives the claim of the order's line back, or takes the line out of the queue.
   * @throws {UnknownAllocation} if the order has neither
   * @throws {PartOfOrder} if the line has to be deallocated by its order
   */
  deallocate(orderId: string): void {
    this.#requireLoose(orderId);
    if (!this.has(orderId)) throw new UnknownAllocation(orderId, this.sku);
    this.release(orderId, 'released');
  }

  /**
   * Gives back what the order's line claims, or takes it out of the queue, if it claims or waits for anything.
   * @param reason why a hold ends; a firm line is cancelled
   */
  release(orderId: string, reason: 'released' | 'replaced'): void {
    const line = this.#loaded.lines.of(orderId);
    this.endedPromises.forget(orderId);
    if (!line) return this.backorders.withdraw(orderId, reason);
    this.#loaded.release(line);
    this.#remove(line, isHeld(line) ? reason : 'cancelled');
    this.backorders.serve();
  }

  /**
   * Does what became due without a transaction: the holds whose time is up end (rule 11), in the order in which they were
   * allocated, and units of which the protection has ended go to the lines that wait (rule 12).
   * @param now by the clock of the store
   */
  catchUp(now: Date): void {
    const ended = this.#loaded.lines.endedHolds(now);
    for (const line of ended) {
      this.#loaded.release(line);
      // Only such a line can have come from the queue.
      if (termsOf(line).mayWait) this.endedPromises.keep(line.orderId, this.#loaded.promisedDate(line));
      this.#remove(line, 'expired');
    }
    this.backorders.endHolds(now);
    const { policy, today } = this.#loaded;
    if (ended.length > 0 || hasEndedProtection(policy, today)) this.backorders.serve();
  }

  /** Whether the order has a claim on this product. */
  holds(orderId: string): boolean {
    return this.#loaded.lines.of(orderId) !== undefined;
  }

  /** Whether the order has a line of this product, even if it only waits. */
  has(orderId: string): boolean {
    return this.holds(orderId) || this.backorders.find(orderId) !== undefined;
  }

  /** The allocation of the order's line, if it has one. */
  allocationOf(orderId: string): Allocation | undefined {
    const line = this.#loaded.lines.of(orderId);
    return line && this.#loaded.allocation(line);
  }

  /** The order's line with the terms of its claim and the day that it was promised first, if it has one. */
  lineOf(orderId: string): PromisedLine | undefined {
    const line = this.#loaded.lines.of(orderId);
    if (!line) return undefined;
    return {
      ...this.#loaded.allocation(line),
      terms: termsOf(line),
      promisedDate: this.#loaded.promisedDate(line),
    };
  }

  /**
   * Sets who gets its units. It decides about claims from now on, and revokes none.
   * @throws {UnknownProduct} if no batch of the SKU was ever registered
   */
  changePolicy(policy: Policy): void {
    if (!this.#loaded.isKnown) throw new UnknownProduct(this.sku);
    if (isSamePolicy(policy, this.#loaded.policy)) return;
    this.#loaded.changePolicy(policy);
    this.events.record(policyChanged(this.sku, policy, this.#nextVersion));
    this.backorders.serve();
  }

  /** The version that was loaded; 0 for a SKU that was never seen. The store raises it (rule 8). */
  get version(): number {
    return this.#loaded.version;
  }

  /** What the lines claim that are here. */
  get allocations(): Allocation[] {
    return [...this.#loaded.lines].map((line) => this.#loaded.allocation(line));
  }

  /** For simulations: what has changed counts as saved. */
  settle(): void {
    this.#loaded.settle({ isChanged: this.revision > 0 });
    this.backorders.settle();
  }

  /**
   * What it is once its changes are saved, without its lines; undefined if more has to be known of it before a line is
   * allocated. Of the batches, those that are open and here.
   */
  get withoutLines(): ProductWithoutLines | undefined {
    const { policy, today, lastSequence, hasEveryOpenBatch } = this.#loaded;
    const isPlain = policy === DEFAULT_POLICY && this.backorders.waiting === 0;
    if (!isPlain || this.#loaded.batches.some(({ held }) => held > 0)) return undefined;
    const batches = this.#loaded.batches.flatMap((batch) => (batch.available > 0 ? batch.state : []));
    return { version: this.#nextVersion, lastSequence, batches, today, hasEveryOpenBatch };
  }

  get changes(): ProductChanges {
    const endedPromises = this.endedPromises.all;
    return { ...this.#loaded.changes, queue: this.backorders.changes, endedPromises };
  }

  get revision(): number {
    return this.#loaded.revision + this.backorders.revision;
  }

  get #nextVersion(): number {
    return this.version + 1;
  }

  #requireKnown(line: OrderLine): void {
    if (line.sku !== this.sku) throw new ForeignLine(line, this.sku);
    if (!this.#loaded.isKnown) throw new UnknownSku(line.sku);
  }

  /** @throws {PartOfOrder} */
  #requireLoose(orderId: string): void {
    if (this.#loaded.isPartOfOrder(orderId)) throw new PartOfOrder(orderId);
  }

  #remove(line: AllocatedLine, reason: ReasonToGo): void {
    this.#loaded.lines.remove(line);
    this.events.record(lineGone(this.sku, line, reason, this.#nextVersion));
  }
}
