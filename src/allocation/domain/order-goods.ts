import { UnknownOrder } from './errors.js';
import type { Document, DocumentKey, Documents } from './document.js';
import { OrderCancelled } from './order-errors.js';
import { inOrderOfSku, type OrderState } from './order-state.js';
import type { Product } from './product.js';
import {
  afterCancelledShipment,
  afterReturn,
  afterShipment,
  planReturn,
  planShipment,
  type ReturnedLine,
  type ShippedLine,
  type WantedShipment,
} from './shipping.js';
import { requireOneLineOfEachSku } from './wanted-order.js';
import { DocumentConflict, OrderNotFirm, ShipmentIsCancelled, UnknownShipment } from './warehouse-errors.js';

/** How the goods of an order are changed: its record, its products and its documents. */
interface Access {
  readonly orderId: string;
  readonly exists: boolean;
  readonly state: OrderState;
  readonly documents: Documents;
  product(sku: string): Product;
  change(state: OrderState): void;
}

/** A shipment or a return, and whether this call has written it. */
export interface WrittenDocument {
  readonly isNew: boolean;
  readonly document: Document;
}

/** The goods of an order: they leave, and come back (rule 13). What is written again changes nothing (rule 16). */
export class OrderGoods {
  constructor(private readonly order: Access) {}

  /**
   * Units of the order leave.
   * @param wanted undefined: all that is on hand
   * @throws {UnknownOrder | OrderCancelled | OrderNotFirm | NotOnHand | OverShipped | OrderIncomplete}
   * @throws {DocumentConflict | ShipmentIsCancelled} if the shipment was written before, with other content, or was cancelled
   */
  ship(shipmentId: string, wanted: readonly WantedShipment[] | undefined): WrittenDocument {
    const { orderId } = this.order;
    const key = { kind: 'shipment', id: shipmentId } as const;
    const content = JSON.stringify([
      orderId,
      wanted?.toSorted(inOrderOfSku).map(({ sku, quantity }) => [sku, quantity]),
    ]);
    const before = this.#findSame(key, content);
    if (before?.cancelledAt) throw new ShipmentIsCancelled(shipmentId);
    if (before) return { isNew: false, document: before };
    if (!this.order.exists) throw new UnknownOrder(orderId);
    // Without a record, its lines are what its products know: those that are about to leave would be missing.
    const { state } = this.order;
    const { cancelledAt, expiresAt } = state;
    if (cancelledAt) throw new OrderCancelled(orderId);
    if (expiresAt) throw new OrderNotFirm(orderId);

    if (wanted) requireOneLineOfEachSku(orderId, wanted);
    const shipped = planShipment(this.order, wanted);
    for (const line of shipped) this.order.product(line.sku).warehouse.ship(shipmentId, orderId, line);
    const lines = state.lines.map((line) => {
      const part = shipped.find(({ sku }) => sku === line.sku);
      return part ? afterShipment(line, part) : line;
    });
    this.order.change({ ...state, lines });
    return { isNew: true, document: this.#write(key, content, { lines: shipped }) };
  }

  /**
   * A shipment has not left after all: its units are back on the same batches, with the claims of the order, unless that
   * was cancelled. Again: nothing changes.
   * @throws {UnknownShipment}
   * @throws {OverReturned} if some of it came back already
   */
  cancelShipment(shipmentId: string): void {
    const { orderId, state, documents } = this.order;
    const document = documents.find({ kind: 'shipment', id: shipmentId });
    if (document?.orderId !== orderId) throw new UnknownShipment(shipmentId);
    if (document.cancelledAt) return;
    const shipped = (document.result as { readonly lines: readonly ShippedLine[] }).lines;
    const lines = state.lines.map((line) => {
      const part = shipped.find(({ sku }) => sku === line.sku);
      if (!part) return line;
      const restored = afterCancelledShipment(orderId, line, part);
      return state.cancelledAt ? { ...restored, quantity: restored.shipped } : restored;
    });
    for (const part of shipped) {
      // A line stays in its order while units of it have left.
      const { split, neededBy, promisedDate } = state.lines.find(({ sku }) => sku === part.sku)!;
      const { priority, mayWait } = state;
      const terms = { split, neededBy, expiresAt: null, priority, ...(mayWait && { mayWait }) };
      const { warehouse } = this.order.product(part.sku);
      const promise = state.cancelledAt ? null : { terms, promisedDate };
      warehouse.cancelShipment(shipmentId, orderId, part, promise);
    }
    documents.write({ ...document, cancelledAt: documents.now });
    this.order.change({ ...state, lines: lines.filter(({ quantity }) => quantity > 0) });
  }

  /**
   * Units come back to the batches that they came from, at most those that have left.
   * @throws {UnknownOrder | OverReturned}
   * @throws {DocumentConflict} if the return was written before, with other content
   */
  takeBack(returnId: string, returned: readonly ReturnedLine[]): WrittenDocument {
    const { orderId } = this.order;
    const key = { kind: 'return', id: returnId } as const;
    const facts = returned.map(({ sku, quantity, disposition, reason = null }) => [
      sku,
      quantity,
      disposition,
      reason,
    ]);
    const content = JSON.stringify([orderId, facts.map((line) => JSON.stringify(line)).sort()]);
    const before = this.#findSame(key, content);
    if (before) return { isNew: false, document: before };
    if (!this.order.exists) throw new UnknownOrder(orderId);

    // One line may come back in two ways, so each is planned on what the one before has left.
    const plans: { readonly line: ReturnedLine; readonly claims: ReturnType<typeof planReturn> }[] = [];
    let { lines } = this.order.state;
    for (const line of returned) {
      const claims = planReturn(
        orderId,
        lines.find(({ sku }) => sku === line.sku),
        line.sku,
        line.quantity,
      );
      plans.push({ line, claims });
      lines = lines.map((each) => (each.sku === line.sku ? afterReturn(each, line.quantity, claims) : each));
    }
    for (const { line, claims } of plans)
      this.order.product(line.sku).warehouse.takeBack(returnId, orderId, line, claims);
    this.order.change({ ...this.order.state, lines });
    const result = { lines: plans.map(({ line, claims }) => ({ ...line, claims })) };
    return { isNew: true, document: this.#write(key, content, result) };
  }

  /** @throws {DocumentConflict} */
  #findSame(key: DocumentKey, content: string): Document | undefined {
    const before = this.order.documents.find(key);
    if (before && before.content !== content) throw new DocumentConflict(key);
    return before;
  }

  #write(key: DocumentKey, content: string, result: object): Document {
    return this.order.documents.write({
      ...key,
      orderId: this.order.orderId,
      batchReference: null,
      content,
      result,
    });
  }
}
