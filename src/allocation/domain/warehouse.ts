import type { AllocationEvent } from '../contract/allocation.contract.js';
import type { Backorders } from './backorders.js';
import { haveCome, type Batch } from './batch.js';
import { takeAtOnce } from '../../kernel/domain/steps.js';
import type { Resizing } from './resizing.js';
import type { DocumentKey, Documents } from './document.js';
import { claimsOf, withClaims } from './allocated-line.js';
import type { LoadedProduct } from './loaded-product.js';
import type { Claim, LineTerms } from './order-line.js';
import { merge, subtract, type ReturnedLine, type ShippedLine } from './shipping.js';
import { BelowZero, DocumentConflict } from './warehouse-errors.js';
import {
  batchReceived,
  lineReturned,
  lineShipped,
  shipmentCancelled,
  stockAdjusted,
} from './warehouse-events.js';

/** Units of a batch that have come. */
export interface Receipt {
  /** Units that are in order. */
  readonly quantity: number;
  /** Units that came and are of no use: they do not come again. */
  readonly rejected: number;
  /** Whether the rest will not come. */
  readonly isFinal: boolean;
}

export interface Received {
  /** Units that came beyond those that were outstanding. */
  readonly overReceived: number;
  readonly onHand: number;
  readonly outstanding: number;
}

/** How many units of a batch somebody has counted. */
export interface Count {
  readonly counted: number;
  /** Units that were on hand when they were counted; undefined: as many as are when that is written. */
  readonly expected?: number | undefined;
  readonly reason?: string | undefined;
}

export interface Counted {
  readonly expected: number;
  /** Units that were found; negative: that are missing. */
  readonly variance: number;
  readonly onHand: number;
}

/** What a document has done, and whether this call has done it. */
export interface Written<Result> {
  readonly isNew: boolean;
  readonly result: Result;
}

/** On what terms a line claims units, and the day that it was promised first; null: at once. */
interface Promised {
  readonly terms: LineTerms;
  readonly promisedDate: string | null;
}

/** How the goods of a product are changed: its loaded part and its events. */
interface Access {
  readonly documents: Documents;
  readonly sku: string;
  readonly loaded: LoadedProduct;
  record(event: (productVersion: number) => AllocationEvent): void;
}

/** The goods of a product: they come, leave, come back, and are counted (rules 13 and 14). */
export class Warehouse {
  constructor(
    private readonly product: Access,
    private readonly backorders: Backorders,
    private readonly resizing: Resizing,
  ) {}

  get documents(): Documents {
    return this.product.documents;
  }

  /** The batch, for those who only look; undefined if there is none. */
  find(reference: string): Batch | undefined {
    return this.product.loaded.findBatch(reference);
  }

  /** Whether every line that claims units of the batch was loaded. */
  hasEveryLineOf(reference: string): boolean {
    return this.product.loaded.hasEveryLineOf(reference);
  }

  /** Units of the batch in the warehouse, claimed or not. */
  onHand(reference: string): number {
    return this.product.loaded.batch(reference).onHand;
  }

  /** Where the batch is. */
  locationOf(reference: string): string {
    return this.product.loaded.batch(reference).lot.location;
  }

  /** Whether claimed units of a batch are in the warehouse. */
  hasCome({ batchReference, quantity }: Claim, wasPromisedAtOnce: boolean): boolean {
    return haveCome(quantity, this.product.loaded.batch(batchReference), wasPromisedAtOnce);
  }

  /**
   * Goods have come: more is on hand, and no line moves (rule 14), unless units that were promised will not come.
   * @throws {DocumentConflict} if the receipt was written before, with other content
   */
  receive(receiptId: string, reference: string, receipt: Receipt): Written<Received> {
    const { quantity, rejected, isFinal } = receipt;
    const content = JSON.stringify([reference, quantity, rejected, isFinal]);
    return this.#once({ kind: 'receipt', id: receiptId }, reference, content, () => {
      const { loaded, sku } = this.product;
      const batch = loaded.batch(reference);
      const overReceived = Math.max(quantity - batch.outstanding, 0);
      if (overReceived > 0) batch.grow(overReceived);
      if (quantity > 0 && batch.eta !== null && batch.onHand === 0)
        loaded.enter(batch, this.product.documents.now);
      batch.receive(quantity);
      const missing = isFinal ? batch.outstanding : Math.min(rejected, batch.outstanding);
      const left = batch.quantity - missing;
      if (missing > 0) takeAtOnce(this.resizing.resize(batch, left, () => batch.changeQuantity(left)));
      if (batch.outstanding === 0) loaded.rescheduleBatch(batch, null);
      loaded.touch(batch);
      const { onHand, outstanding } = batch;
      const received = { quantity, rejected, overReceived, missing, onHand, outstanding };
      this.product.record((version) => batchReceived(sku, reference, receiptId, received, version));
      this.backorders.serve();
      return { overReceived, onHand, outstanding };
    });
  }

  /**
   * Units are found, or are missing; lines that the batch does not hold any more leave it (rule 6).
   * @param by units; negative if they are missing
   * @throws {BelowZero} if fewer are on hand
   * @throws {DocumentConflict} if the adjustment was written before, with other content
   */
  adjust(
    adjustmentId: string,
    reference: string,
    by: number,
    reason: string,
  ): Written<{ readonly onHand: number }> {
    const content = JSON.stringify([reference, by, reason]);
    return this.#once({ kind: 'adjustment', id: adjustmentId }, reference, content, () => {
      this.#adjust(adjustmentId, reference, by, reason);
      return { onHand: this.product.loaded.batch(reference).onHand };
    });
  }

  /**
   * Units of a batch were counted. A count is a difference to what was expected then: what has come and left since stays
   * (rule 15). Lines that the batch does not hold any more leave it (rule 6).
   * @throws {BelowZero} if more are missing than are on hand by now
   * @throws {DocumentConflict} if the count was written before, with other content
   */
  count(countId: string, reference: string, { counted, expected, reason }: Count): Written<Counted> {
    const content = JSON.stringify([reference, counted, expected ?? null, reason ?? null]);
    return this.#once({ kind: 'count', id: countId }, reference, content, () => {
      const { onHand } = this.product.loaded.batch(reference);
      const variance = counted - (expected ?? onHand);
      this.#adjust(countId, reference, variance, reason ?? 'counted', variance);
      return { expected: expected ?? onHand, variance, onHand: onHand + variance };
    });
  }

  /** Units that a batch has, or with a minus sign has not, although what was bought and has left says otherwise. */
  noteExcess(reference: string, excess: number): void {
    const batch = this.product.loaded.batch(reference);
    const by = excess - batch.excess;
    batch.noteExcess(excess);
    this.#adjusted(batch, by, reasonOfExcess(by, excess));
  }

  /**
   * Other units were bought than a receipt and a change that crossed it say together. What is there stays as it is.
   * @param by units, negative if there are fewer
   */
  correctPurchase(reference: string, by: number): void {
    const batch = this.product.loaded.batch(reference);
    batch.noteDifference(-by);
    this.#adjusted(batch, -by, 'a receipt and a change of what was bought have crossed');
  }

  #adjust(id: string, reference: string, by: number, reason: string, variance?: number): void {
    const { loaded, sku } = this.product;
    const batch = loaded.batch(reference);
    if (batch.onHand + by < 0) throw new BelowZero(reference, by, batch.onHand);
    takeAtOnce(this.resizing.resize(batch, batch.quantity + by, () => batch.adjust(by)));
    this.product.record((version) => stockAdjusted(sku, reference, id, by, reason, version, variance));
    this.backorders.serve();
  }

  #adjusted(batch: Batch, by: number, reason: string): void {
    const { loaded, sku } = this.product;
    loaded.touch(batch);
    this.product.record((version) => stockAdjusted(sku, batch.reference, null, by, reason, version));
  }

  /** Units of a line leave: its claim becomes a shipment, and what is available stays as it is (rule 13). */
  ship(shipmentId: string, orderId: string, { quantity, claims }: ShippedLine): void {
    const { loaded, sku } = this.product;
    const line = loaded.lines.of(orderId)!;
    for (const { batchReference, quantity } of claims) loaded.batch(batchReference).ship(quantity);
    const rest = subtract(claimsOf(line), claims)!;
    loaded.replace(line, rest.length > 0 ? withClaims(line, rest) : undefined, claims);
    this.product.record((version) => lineShipped(sku, orderId, shipmentId, quantity, claims, version));
  }

  /**
   * A shipment has not left after all: stock and claim are back, on the same batches (rule 13). If the rest of the line
   * waits, it waits as a whole, since a line gets all of its units or none (rule 1).
   * @param promise what the line was promised; null: its order is cancelled, so that it claims nothing again
   */
  cancelShipment(shipmentId: string, orderId: string, shipped: ShippedLine, promise: Promised | null): void {
    const { loaded, sku } = this.product;
    const { quantity, claims, sequence } = shipped;
    const line = loaded.lines.of(orderId);
    const waiting = this.backorders.find(orderId);
    const isClaimed = promise !== null && !waiting;
    for (const { batchReference, quantity } of claims) {
      const batch = loaded.batch(batchReference);
      batch.ship(-quantity);
      if (!isClaimed) batch.claim(-quantity, { areHeld: false });
    }
    if (isClaimed) {
      const { terms, promisedDate } = promise;
      const its = loaded.inOrder(merge([...(line ? claimsOf(line) : []), ...claims]));
      // A line with a batch for each of two parts is one that is split.
      const split = terms.split || its.length > 1;
      const restored = { orderId, sequence, terms: { ...terms, split }, promisedDate };
      loaded.replace(line, withClaims(restored, its), claims);
    } else loaded.replace(line, line, claims);
    this.product.record((version) =>
      shipmentCancelled(sku, orderId, shipmentId, quantity, claims, isClaimed, version),
    );
    if (waiting) this.backorders.amend(orderId, { quantity: waiting.quantity + quantity });
    this.backorders.serve();
  }

  /** Units that had left come back to the batches that they came from. */
  takeBack(returnId: string, orderId: string, line: ReturnedLine, claims: readonly Claim[]): void {
    const { loaded, sku } = this.product;
    for (const { batchReference, quantity } of claims) {
      const batch = loaded.batch(batchReference);
      if (line.disposition === 'restock') batch.restock(quantity);
      else batch.scrap(quantity);
      loaded.touch(batch);
    }
    this.product.record((version) => lineReturned(sku, orderId, returnId, line, claims, version));
    this.backorders.serve();
  }

  /** Does what the document says, unless it was done before (rule 16). */
  #once<Result extends object>(
    key: DocumentKey,
    batchReference: string,
    content: string,
    work: () => Result,
  ): Written<Result> {
    const { documents } = this.product;
    const before = documents.find(key);
    if (before && before.content !== content) throw new DocumentConflict(key);
    if (before) return { isNew: false, result: before.result as Result };
    const result = work();
    documents.write({ ...key, orderId: null, batchReference, content, result });
    return { isNew: true, result };
  }
}

function reasonOfExcess(by: number, excess: number): string {
  if (by > 0)
    return excess > 0 ? 'more has left than was bought' : 'a batch can have what was bought after all';
  return excess < 0 ? 'more was bought than a batch can have' : 'what has left was bought after all';
}
