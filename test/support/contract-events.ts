import type {
  AllocationEvent,
  BatchOverdue,
  LineDeallocated,
  OutOfStock,
} from '../../src/allocation/contract/allocation.contract.js';
import type {
  BatchesEvent,
  BatchQuantityChanged,
  BatchRegistered,
  BatchRescheduled,
} from '../../src/batches/contract/batches.contract.js';

/** All that a feature may know of its neighbours. */
export type ContractEvent = AllocationEvent | BatchesEvent;

/** @param eta left out: on hand */
export function batchRegistered(
  batchReference: string,
  sku: string,
  quantity: number,
  eta: string | null = null,
): BatchRegistered {
  return {
    type: 'BatchRegistered',
    version: 1,
    key: sku,
    data: { batchReference, sku, quantity, eta },
  };
}

export function batchQuantityChanged(
  batchReference: string,
  sku: string,
  { from: previousQuantity, to: quantity }: { from: number; to: number },
): BatchQuantityChanged {
  return {
    type: 'BatchQuantityChanged',
    version: 1,
    key: sku,
    data: { batchReference, sku, quantity, previousQuantity },
  };
}

/** `eta` null: it has arrived. */
export function batchRescheduled(
  batchReference: string,
  sku: string,
  { from: previousEta, to: eta }: { from: string | null; to: string | null },
): BatchRescheduled {
  return {
    type: 'BatchRescheduled',
    version: 1,
    key: sku,
    data: { batchReference, sku, eta, previousEta },
  };
}

/** Lines of one SKU were refused together: one, unless said otherwise. */
export function outOfStock(sku: string, units: number, available: number, refusals = 1): OutOfStock {
  return {
    type: 'OutOfStock',
    version: 1,
    key: sku,
    data: { sku, refusals, units, available, productVersion: 1 },
  };
}

/** An order lost its claim on a batch, and fits nowhere else unless the reason says otherwise. */
export function lineDeallocated(
  orderId: string,
  sku: string,
  quantity: number,
  batchReference: string,
  productVersion = 1,
  reason: LineDeallocated['data']['reason'] = 'batch-shrunk',
): LineDeallocated {
  return {
    type: 'LineDeallocated',
    version: 1,
    key: sku,
    data: { orderId, sku, quantity, batchReference, reason, productVersion },
  };
}

/** The day of a batch has passed while three lines wait for seven units of it. */
export function batchOverdue(batchReference: string, sku: string, eta: string): BatchOverdue {
  return {
    type: 'BatchOverdue',
    version: 1,
    key: sku,
    data: { sku, batchReference, eta, lines: 3, units: 7, productVersion: 1 },
  };
}
