import type {
  BatchOverdue,
  LineAllocated,
  LineDeallocated,
  LineReallocated,
  OutOfStock,
} from '../contract/allocation.contract.js';
import type { Batch } from './batch.js';
import type { AllocatedLine } from './loaded-product.js';
import type { Allocation } from './order-line.js';

// Fields one by one: up to Node 20 a spread takes as long as a rule of allocation.

export function lineAllocated(allocation: Allocation, productVersion: number): LineAllocated {
  const { orderId, sku, quantity, batchReference, eta } = allocation;
  const data = { orderId, sku, quantity, batchReference, eta, productVersion };
  return { type: 'LineAllocated', version: 1, key: sku, data };
}

export function lineReallocated(
  { orderId, sku, quantity, batchReference, eta }: Allocation,
  previousBatchReference: string,
  productVersion: number,
): LineReallocated {
  const reason = 'batch-shrunk' as const;
  const data = {
    orderId,
    sku,
    quantity,
    batchReference,
    eta,
    previousBatchReference,
    reason,
    productVersion,
  };
  return { type: 'LineReallocated', version: 1, key: sku, data };
}

export function lineDeallocated(
  sku: string,
  { orderId, quantity, batchReference }: AllocatedLine,
  reason: LineDeallocated['data']['reason'],
  productVersion: number,
): LineDeallocated {
  const data = { orderId, sku, quantity, batchReference, reason, productVersion };
  return { type: 'LineDeallocated', version: 1, key: sku, data };
}

/** @param earlier of the same transaction: the new event counts its refusals, too (rule 5) */
export function outOfStock(
  { sku, quantity }: { readonly sku: string; readonly quantity: number },
  available: number,
  productVersion: number,
  earlier?: OutOfStock,
): OutOfStock {
  const refusals = (earlier?.data.refusals ?? 0) + 1;
  const units = (earlier?.data.units ?? 0) + quantity;
  return {
    type: 'OutOfStock',
    version: 1,
    key: sku,
    data: { sku, refusals, units, available, productVersion },
  };
}

export function batchOverdue(
  sku: string,
  { reference: batchReference, eta, allocated: units }: Batch,
  lines: number,
  productVersion: number,
): BatchOverdue {
  const data = { sku, batchReference, eta: eta!, lines, units, productVersion };
  return { type: 'BatchOverdue', version: 1, key: sku, data };
}
