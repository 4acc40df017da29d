import type { BackorderEnded, LineBackordered } from '../contract/allocation.contract.js';
import { claimsOf, isHeld, type AllocatedLine } from './allocated-line.js';
import type { Strategy } from './segment.js';
import type { WaitingLine } from './waiting-line.js';

/** Why a line waits, or waits on other terms. */
export type ReasonToWait = LineBackordered['data']['reason'];

/**
 * @param previous the line with the claims that it has given back
 * @param strategy of its segment, if a reallocation run took them
 */
export function lineBackordered(
  sku: string,
  { orderId, quantity, terms: { split, neededBy, priority, expiresAt } }: WaitingLine,
  reason: ReasonToWait,
  productVersion: number,
  previous?: AllocatedLine,
  strategy?: Strategy,
): LineBackordered {
  const terms = { split, neededBy, priority, expiresAt: expiresAt?.toISOString() ?? null };
  const claimed = previous && {
    previousQuantity: previous.quantity,
    previousClaims: claimsOf(previous),
    ...(isHeld(previous) && { from: 'hold' as const }),
  };
  const data = {
    orderId,
    sku,
    quantity,
    reason,
    ...terms,
    ...claimed,
    ...(strategy && { strategy }),
    productVersion,
  };
  return { type: 'LineBackordered', version: 1, key: sku, subject: orderId, data };
}

export function backorderEnded(
  sku: string,
  { orderId, quantity }: WaitingLine,
  reason: BackorderEnded['data']['reason'],
  productVersion: number,
): BackorderEnded {
  const data = { orderId, sku, quantity, reason, productVersion };
  return { type: 'BackorderEnded', version: 1, key: sku, subject: orderId, data };
}
