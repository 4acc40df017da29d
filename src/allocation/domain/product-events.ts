import type {
  AllocationEvent,
  BatchOverdue,
  LineAllocated,
  LineAmended,
  LineDeallocated,
  LineHeld,
  LineReallocated,
  LineReleased,
  OutOfStock,
  PromisesChanged,
  PolicyChanged,
} from '../contract/allocation.contract.js';
import type { Batch } from './batch.js';
import { claimsOf, haveSameClaims, isHeld, termsOf, type AllocatedLine } from './allocated-line.js';
import type { PassedOver } from './passed-over.js';
import type { Policy } from './policy.js';
import type { Allocation } from './order-line.js';
import type { Strategy } from './segment.js';

/** Why a line has other units than before. */
interface Why {
  readonly reason: 'batch-shrunk' | 'reallocation-run';
  /** Of its segment, in a reallocation run. */
  readonly strategy?: Strategy;
}

// Fields one by one: up to Node 20 a spread takes as long as a rule of allocation.

/**
 * What happens when a line becomes what was planned for it; nothing if it is that already.
 * @param previous the line as it was; undefined if it claimed nothing
 * @param hasWaited whether it was in the queue until now
 * @param passedOver batches that it would have preferred
 */
export function eventsOfPlan(
  allocation: Allocation,
  next: AllocatedLine,
  previous: AllocatedLine | undefined,
  productVersion: number,
  hasWaited = false,
  passedOver?: readonly PassedOver[],
): AllocationEvent[] {
  const is = termsOf(next);
  const { expiresAt } = is;
  if (!previous) {
    const from = hasWaited ? 'backorder' : undefined;
    return [
      expiresAt
        ? lineHeld(allocation, expiresAt, productVersion, from, passedOver)
        : lineAllocated(allocation, productVersion, from, undefined, passedOver),
    ];
  }
  const was = termsOf(previous);
  const { expiresAt: expiredAt } = was;
  const events: AllocationEvent[] = [];
  if (
    !haveSameClaims(next, previous) ||
    is.split !== was.split ||
    is.neededBy !== was.neededBy ||
    is.priority !== was.priority
  ) {
    events.push(lineAmended(allocation, previous, expiredAt !== null, productVersion));
  }
  if (expiredAt && !expiresAt) events.push(lineAllocated(allocation, productVersion, 'hold'));
  else if (expiresAt && expiresAt.getTime() !== expiredAt?.getTime())
    events.push(lineHeld(allocation, expiresAt, productVersion, 'hold'));
  return events;
}

/**
 * @param from whether the line had its units before, as a hold, or has waited for them
 * @param why it has them, if a reallocation run gave them
 */
export function lineAllocated(
  allocation: Allocation,
  productVersion: number,
  from?: 'hold' | 'backorder',
  why?: Why & { readonly reason: 'reallocation-run' },
  passedOver?: readonly PassedOver[],
): LineAllocated {
  const { orderId, sku, quantity, batchReference, eta, claims } = allocation;
  const facts = { orderId, sku, quantity, batchReference, eta, productVersion };
  const data =
    claims || from || passedOver
      ? {
          ...facts,
          ...(claims && { claims }),
          ...(from && { from }),
          ...why,
          ...(passedOver && { passedOver }),
        }
      : facts;
  return { type: 'LineAllocated', version: 1, key: sku, subject: orderId, data };
}

/** @param from whether the line had its units before, until another time, or has waited for them */
export function lineHeld(
  { orderId, sku, quantity, batchReference, eta, claims }: Allocation,
  expiresAt: Date,
  productVersion: number,
  from?: 'hold' | 'backorder',
  passedOver?: readonly PassedOver[],
): LineHeld {
  const facts = {
    orderId,
    sku,
    quantity,
    batchReference,
    eta,
    expiresAt: expiresAt.toISOString(),
    productVersion,
  };
  const data = {
    ...facts,
    ...(claims && { claims }),
    ...(from && { from }),
    ...(passedOver && { passedOver }),
  };
  return { type: 'LineHeld', version: 1, key: sku, subject: orderId, data };
}

export function lineAmended(
  { orderId, sku, quantity, batchReference, eta, claims }: Allocation,
  previous: AllocatedLine,
  isHold: boolean,
  productVersion: number,
): LineAmended {
  const facts = {
    orderId,
    sku,
    quantity,
    previousQuantity: previous.quantity,
    batchReference,
    eta,
    claims: (claims ?? [{ batchReference, quantity }]).map(({ batchReference, quantity }) => ({
      batchReference,
      quantity,
    })),
    previousClaims: claimsOf(previous),
    productVersion,
  };
  const data = isHold ? { ...facts, from: 'hold' as const } : facts;
  return { type: 'LineAmended', version: 1, key: sku, subject: orderId, data };
}

export function lineReallocated(
  { orderId, sku, quantity, batchReference, eta, claims }: Allocation,
  previous: AllocatedLine,
  wasHeld: boolean,
  productVersion: number,
  why: Why = { reason: 'batch-shrunk' },
  passedOver?: readonly PassedOver[],
): LineReallocated {
  const facts = {
    orderId,
    sku,
    quantity,
    batchReference,
    eta,
    previousBatchReference: previous.batchReference,
    ...why,
    productVersion,
  };
  const data = {
    ...facts,
    ...((claims ?? previous.claims) && {
      claims: claims ?? [{ batchReference, quantity, eta }],
      previousClaims: claimsOf(previous),
    }),
    ...(wasHeld && { from: 'hold' as const }),
    ...(passedOver && { passedOver }),
  };
  return { type: 'LineReallocated', version: 1, key: sku, subject: orderId, data };
}

/** Why a line gives its units back. */
export type ReasonToGo =
  | 'cancelled'
  | 'released'
  | 'replaced'
  | 'expired'
  | 'batch-shrunk'
  | 'reallocation-run';

/**
 * A hold is released, a firm line deallocated.
 * @param strategy of its segment, if a reallocation run took its units
 */
export function lineGone(
  sku: string,
  line: AllocatedLine,
  reason: ReasonToGo,
  productVersion: number,
  strategy?: Strategy,
): LineReleased | LineDeallocated {
  const { orderId, quantity, batchReference, claims } = line;
  const facts = { orderId, sku, quantity, batchReference, productVersion, ...(claims && { claims }) };
  const event = { version: 1, key: sku, subject: orderId } as const;
  if (reason === 'reallocation-run')
    return { type: 'LineDeallocated', ...event, data: { ...facts, reason, ...(strategy && { strategy }) } };
  if (isHeld(line) && reason !== 'cancelled')
    return { type: 'LineReleased', ...event, data: { ...facts, reason } };
  const why = reason === 'batch-shrunk' ? reason : 'cancelled';
  return { type: 'LineDeallocated', ...event, data: { ...facts, reason: why } };
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

export function policyChanged(sku: string, policy: Policy, productVersion: number): PolicyChanged {
  return { type: 'PolicyChanged', version: 1, key: sku, data: { sku, ...policy, productVersion } };
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

/** The lines of a batch are expected on another day than before. */
export function promisesChanged(
  sku: string,
  { reference: batchReference, eta, allocated: units }: Batch,
  previousEta: string | null,
  { lines, orderIds }: { readonly lines: number; readonly orderIds: readonly string[] },
  productVersion: number,
): PromisesChanged {
  const data = { sku, batchReference, previousEta, eta: eta!, lines, units };
  const named = orderIds.length > 0 && { orderIds };
  return { type: 'PromisesChanged', version: 1, key: sku, data: { ...data, ...named, productVersion } };
}
