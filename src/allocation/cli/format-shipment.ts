import { instant, table } from '../../platform/cli/print.js';
import type { Claim } from '../domain/order-line.js';
import type { ShipmentAnswer } from '../queries/shipment-answer.js';

/** A shipment for people: a sentence about it, and what has left. */
export function formatShipment({ shipmentId, orderId, state, shippedAt, lines }: ShipmentAnswer): string {
  const rows = lines.map(({ sku, quantity, batches }) => [sku, quantity, formatBatches(batches)]);
  return [
    `Shipment ${shipmentId} of order ${orderId} is ${state} (${instant(new Date(shippedAt))}).`,
    table(['sku', 'quantity', 'batches'], rows),
  ].join('\n');
}

/** `PO-1 (2), PO-2 (5)` */
export const formatBatches = (batches: readonly Claim[]): string =>
  batches.map(({ batchReference, quantity }) => `${batchReference} (${quantity})`).join(', ');
