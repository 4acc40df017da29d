import { Batch } from '../../src/allocation/domain/batch.js';
import type { WrittenDocument } from '../../src/allocation/domain/order-goods.js';
import type { ReturnedLine } from '../../src/allocation/domain/shipping.js';
import type { Counted, Received, Written } from '../../src/allocation/domain/warehouse.js';
import { Orders } from './order.fixture.js';

/** Units by SKU. */
type Units = Readonly<Record<string, number>>;

/** Orders, the stock that they claim, and what happens to the goods. Each call is a transaction, as the commands make it. */
export class Goods extends Orders {
  receive(
    receiptId: string,
    [sku, batchReference]: readonly [sku: string, batch: string],
    quantity: number,
    { rejected = 0, isFinal = false } = {},
  ): Promise<Written<Received>> {
    const resize = isFinal ? { by: quantity, keepsOnHand: true } : { by: -rejected };
    const need = { sku, batchReference, resize, document: { kind: 'receipt', id: receiptId } as const };
    return this.changeProduct(need, ({ warehouse }) =>
      warehouse.receive(receiptId, batchReference, { quantity, rejected, isFinal }),
    );
  }

  adjust(
    adjustmentId: string,
    [sku, batchReference]: readonly [sku: string, batch: string],
    by: number,
    reason = 'counted',
  ): Promise<Written<{ readonly onHand: number }>> {
    const document = { kind: 'adjustment', id: adjustmentId } as const;
    return this.changeProduct({ sku, batchReference, resize: { by }, document }, ({ warehouse }) =>
      warehouse.adjust(adjustmentId, batchReference, by, reason),
    );
  }

  /** @param expected left out: what is on hand */
  count(
    countId: string,
    [sku, batchReference]: readonly [sku: string, batch: string],
    counted: number,
    expected?: number,
  ): Promise<Written<Counted>> {
    const becomes =
      expected === undefined ? { newQuantity: counted } : { resize: { by: counted - expected } };
    const document = { kind: 'count', id: countId } as const;
    return this.changeProduct({ sku, batchReference, ...becomes, document }, ({ warehouse }) =>
      warehouse.count(countId, batchReference, { counted, expected }),
    );
  }

  /** @param units left out: all that is on hand */
  ship(shipmentId: string, orderId: string, units?: Units): Promise<WrittenDocument> {
    const wanted = units && Object.entries(units).map(([sku, quantity]) => ({ sku, quantity }));
    return this.#write('shipment', shipmentId, orderId, (goods) => goods.ship(shipmentId, wanted));
  }

  cancelShipment(shipmentId: string, orderId: string): Promise<void> {
    return this.#write('shipment', shipmentId, orderId, (goods) => goods.cancelShipment(shipmentId));
  }

  takeBack(returnId: string, orderId: string, ...lines: readonly ReturnedLine[]): Promise<WrittenDocument> {
    return this.#write('return', returnId, orderId, (goods) => goods.takeBack(returnId, lines));
  }

  /** The batch as it is stored. */
  batch(sku: string, reference: string): Batch {
    return new Batch(this.stock.stateOf(sku).batches.find((batch) => batch.reference === reference)!);
  }

  /** How many units of the batch are on hand, claimed, and left for others. */
  figures(sku: string, reference: string): { onHand: number; claimed: number; available: number } {
    const { onHand, allocated, available } = this.batch(sku, reference);
    return { onHand, claimed: allocated, available };
  }

  /** The line of the order as it is stored: its units, and those that have left and come back. */
  lineOf(orderId: string, sku: string): { quantity: number; shipped: number; returned: number } | undefined {
    const line = this.stock.orderOf(orderId).lines.find((each) => each.sku === sku);
    return line && { quantity: line.quantity, shipped: line.shipped, returned: line.returned };
  }

  #write<R>(
    kind: 'shipment' | 'return',
    id: string,
    orderId: string,
    work: (goods: Parameters<Parameters<Orders['changeOrder']>[1]>[0]['goods']) => R,
  ): Promise<R> {
    return this.changeOrder<R>({ orderId, lines: [], document: { kind, id } }, ({ goods }) => work(goods));
  }
}

export const restocked = (sku: string, quantity: number): ReturnedLine => ({
  ...{ sku, quantity, disposition: 'restock' },
});

export const scrapped = (sku: string, quantity: number, reason?: string): ReturnedLine => ({
  ...{ sku, quantity, disposition: 'scrap', ...(reason !== undefined && { reason }) },
});
