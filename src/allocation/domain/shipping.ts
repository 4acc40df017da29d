import type { Allocation, Claim } from './order-line.js';
import type { OrderedLine, OrderState } from './order-state.js';
import { NotOnHand, OrderIncomplete, OverReturned, OverShipped } from './warehouse-errors.js';

/** Units of a SKU that are to leave. */
export interface WantedShipment {
  readonly sku: string;
  readonly quantity: number;
}

/** Units of a SKU that leave, and of which batches. */
export interface ShippedLine extends WantedShipment {
  readonly claims: readonly Claim[];
  /** The place of the line in the order of allocation: it has it again if the shipment is cancelled. */
  readonly sequence: number;
}

export interface ReturnedLine {
  readonly sku: string;
  readonly quantity: number;
  /** `restock`: it can be promised again. `scrap`: it is of no use. */
  readonly disposition: 'restock' | 'scrap';
  readonly reason?: string;
}

/** What a shipment needs of an order. */
interface Shippable {
  readonly state: OrderState;
  product(sku: string): {
    allocationOf(orderId: string): Allocation | undefined;
    readonly warehouse: { onHand(batchReference: string): number };
  };
}

/**
 * What leaves of each line, and of which batches (rule 13). Changes nothing.
 * @param wanted undefined: all that is on hand
 * @throws {NotOnHand | OverShipped | OrderIncomplete}
 */
export function planShipment(
  order: Shippable,
  wanted: readonly WantedShipment[] | undefined,
): readonly ShippedLine[] {
  const { orderId, lines, shipComplete } = order.state;
  const onHand = lines.map((line) => ({ line, ...shippableOf(order, line.sku) }));
  const plans = wanted ?? onHand.map(({ line, units }) => ({ sku: line.sku, quantity: units }));
  for (const { sku, quantity } of plans) {
    const claimed = onHand.find(({ line }) => line.sku === sku)?.claimed ?? 0;
    if (quantity > claimed) throw new OverShipped(orderId, sku, quantity, claimed);
  }
  const unitsOf = (sku: string) =>
    plans.reduce((sum, plan) => sum + (plan.sku === sku ? plan.quantity : 0), 0);
  if (shipComplete) {
    const staying = lines.filter(({ sku, quantity, shipped }) => shipped + unitsOf(sku) < quantity);
    if (staying.length > 0)
      throw new OrderIncomplete(
        orderId,
        staying.map(({ sku }) => sku),
      );
  }
  const missing = onHand.filter(({ line, units }) => units < unitsOf(line.sku));
  const nothing = plans.every(({ quantity }) => quantity === 0);
  if (missing.length > 0 || nothing) {
    const short = nothing ? onHand.filter(({ claimed }) => claimed > 0) : missing;
    throw new NotOnHand(
      orderId,
      short.map(({ line, units, claimed }) => ({
        sku: line.sku,
        requested: nothing ? claimed : unitsOf(line.sku),
        onHand: units,
      })),
    );
  }
  return plans
    .filter(({ quantity }) => quantity > 0)
    .map(({ sku, quantity }) => {
      const { claims, sequence } = onHand.find(({ line }) => line.sku === sku)!;
      return { sku, quantity, claims: take(claims, quantity), sequence };
    });
}

/** The line after units of it have left. */
export function afterShipment(line: OrderedLine, { quantity, claims }: ShippedLine): OrderedLine {
  return {
    ...line,
    shipped: line.shipped + quantity,
    shippedFrom: merge([...(line.shippedFrom ?? []), ...claims]),
  };
}

/**
 * The line after units of it have not left after all.
 * @throws {OverReturned} if some of them came back already
 */
export function afterCancelledShipment(
  orderId: string,
  line: OrderedLine,
  shipped: ShippedLine,
): OrderedLine {
  const { sku, quantity, claims } = shipped;
  const returnable = line.shipped - line.returned;
  const rest = subtract(line.shippedFrom ?? [], claims);
  if (quantity > returnable || !rest) throw new OverReturned(orderId, sku, quantity, returnable);
  return { ...line, shipped: line.shipped - quantity, shippedFrom: rest };
}

/**
 * From which batches units come back: those that have left last first.
 * @throws {OverReturned} if more come back than have left
 */
export function planReturn(
  orderId: string,
  line: OrderedLine | undefined,
  sku: string,
  quantity: number,
): readonly Claim[] {
  const returnable = line ? line.shipped - line.returned : 0;
  if (!line || quantity > returnable) throw new OverReturned(orderId, sku, quantity, returnable);
  return take((line.shippedFrom ?? []).toReversed(), quantity);
}

export function afterReturn(line: OrderedLine, quantity: number, claims: readonly Claim[]): OrderedLine {
  return {
    ...line,
    returned: line.returned + quantity,
    shippedFrom: subtract(line.shippedFrom ?? [], claims)!,
  };
}

/** What a line claims, and the part of it that is in the warehouse. */
function shippableOf(order: Shippable, sku: string) {
  const product = order.product(sku);
  const allocation = product.allocationOf(order.state.orderId);
  if (!allocation) return { claimed: 0, units: 0, claims: [], sequence: 0 };
  const { quantity, batchReference, sequence } = allocation;
  const claims = (allocation.claims ?? [{ batchReference, quantity }])
    .map((claim) => ({
      batchReference: claim.batchReference,
      quantity: Math.min(claim.quantity, product.warehouse.onHand(claim.batchReference)),
    }))
    .filter((claim) => claim.quantity > 0);
  return { claimed: quantity, units: sum(claims), claims, sequence };
}

function sum(claims: readonly Claim[]): number {
  return claims.reduce((total, { quantity }) => total + quantity, 0);
}

/** The first `units` of the claims. */
function take(claims: readonly Claim[], units: number): Claim[] {
  let missing = units;
  return claims.flatMap(({ batchReference, quantity }) => {
    const taken = Math.min(quantity, missing);
    missing -= taken;
    return taken > 0 ? [{ batchReference, quantity: taken }] : [];
  });
}

/** One claim for each batch. */
export function merge(claims: readonly Claim[]): Claim[] {
  const units = new Map<string, number>();
  for (const { batchReference, quantity } of claims)
    units.set(batchReference, (units.get(batchReference) ?? 0) + quantity);
  return [...units].map(([batchReference, quantity]) => ({ batchReference, quantity }));
}

/** What is left of the claims; undefined if less is there than is to go. */
export function subtract(claims: readonly Claim[], gone: readonly Claim[]): Claim[] | undefined {
  const left = merge([...claims, ...gone.map((claim) => ({ ...claim, quantity: -claim.quantity }))]);
  return left.some(({ quantity }) => quantity < 0) ? undefined : left.filter(({ quantity }) => quantity > 0);
}
