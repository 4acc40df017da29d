import type {
  BatchReceived,
  LineReturned,
  LineShipped,
  ShipmentCancelled,
  StockAdjusted,
} from '../contract/allocation.contract.js';
import type { Claim } from './order-line.js';
import type { ReturnedLine } from './shipping.js';

type Received = Pick<
  BatchReceived['data'],
  'quantity' | 'rejected' | 'overReceived' | 'missing' | 'onHand' | 'outstanding'
>;

export function batchReceived(
  sku: string,
  batchReference: string,
  receiptId: string,
  received: Received,
  productVersion: number,
): BatchReceived {
  const data = { sku, batchReference, receiptId, ...received, productVersion };
  return { type: 'BatchReceived', version: 1, key: sku, data };
}

export function stockAdjusted(
  sku: string,
  batchReference: string,
  adjustmentId: string | null,
  by: number,
  reason: string,
  productVersion: number,
  variance?: number,
): StockAdjusted {
  const facts = { sku, batchReference, adjustmentId, by, reason, productVersion };
  const data = variance === undefined ? facts : { ...facts, variance };
  return { type: 'StockAdjusted', version: 1, key: sku, data };
}

export function lineShipped(
  sku: string,
  orderId: string,
  shipmentId: string,
  quantity: number,
  claims: readonly Claim[],
  productVersion: number,
): LineShipped {
  const data = { orderId, sku, shipmentId, quantity, claims, productVersion };
  return { type: 'LineShipped', version: 1, key: sku, subject: orderId, data };
}

export function shipmentCancelled(
  sku: string,
  orderId: string,
  shipmentId: string,
  quantity: number,
  claims: readonly Claim[],
  isClaimed: boolean,
  productVersion: number,
): ShipmentCancelled {
  const data = { orderId, sku, shipmentId, quantity, claims, isClaimed, productVersion };
  return { type: 'ShipmentCancelled', version: 1, key: sku, subject: orderId, data };
}

export function lineReturned(
  sku: string,
  orderId: string,
  returnId: string,
  { quantity, disposition, reason }: ReturnedLine,
  claims: readonly Claim[],
  productVersion: number,
): LineReturned {
  const facts = { orderId, sku, returnId, quantity, disposition, claims, productVersion };
  const data = reason === undefined ? facts : { ...facts, reason };
  return { type: 'LineReturned', version: 1, key: sku, subject: orderId, data };
}
