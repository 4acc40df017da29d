import type { Allocation } from './order-line.js';
import {
  inOrderOfSku,
  isPromisedAtOnce,
  type DatedClaim,
  type OrderedLine,
  type OrderedLineWithClaims,
} from './order-state.js';
import type { Product } from './product.js';

/** The lines of an order that has no record, as one would have them. */
export function looseLines(orderId: string, products: readonly Product[]): OrderedLine[] {
  const lines = products.flatMap((product) => {
    const line = product.lineOf(orderId);
    const waiting = line ? undefined : product.backorders.find(orderId);
    const standing = line ?? waiting;
    if (!standing) return [];
    const { quantity, promisedDate } = standing;
    const { split, neededBy } = standing.terms;
    const facts = { sku: product.sku, quantity, split, neededBy, shipped: 0, returned: 0 };
    if (promisedDate !== undefined) return [{ ...facts, promisedDate }];
    return [{ ...facts, promisedDate: null, isUnpromised: true as const }];
  });
  return lines.sort(inOrderOfSku);
}

/**
 * The lines of an order with the promised dates of those that have waited and then got their units, be it that they wait
 * again or their hold has ended.
 */
export function withPromises(
  orderId: string,
  lines: readonly OrderedLine[],
  products: ReadonlyMap<string, Product>,
) {
  return lines.map((line): OrderedLine => {
    const product = line.isUnpromised && products.get(line.sku);
    if (!product) return line;
    const standing = product.lineOf(orderId) ?? product.backorders.find(orderId);
    const promisedDate = standing ? standing.promisedDate : product.endedPromises.of(orderId);
    if (promisedDate === undefined) return line;
    const { isUnpromised: _, ...promised } = line;
    return { ...promised, promisedDate };
  });
}

/** The line of the order with what it claims of the product, or waits for. */
export function withClaims(
  orderId: string,
  line: OrderedLine,
  product: Product | undefined,
): OrderedLineWithClaims {
  const allocation = product?.allocationOf(orderId);
  if (!product || !allocation) {
    const waiting = product?.backorders.find(orderId);
    return { ...line, sequence: waiting?.sequence ?? 0, isWaiting: waiting !== undefined, claims: [] };
  }
  const claims = claimsOf(allocation, product, isPromisedAtOnce(line));
  return { ...line, sequence: allocation.sequence, isWaiting: false, claims };
}

function claimsOf(allocation: Allocation, product: Product, wasPromisedAtOnce: boolean): DatedClaim[] {
  const { batchReference, quantity, eta } = allocation;
  const claims = allocation.claims ?? [{ batchReference, quantity, eta }];
  return claims.map(({ batchReference, quantity, eta }) => {
    const location = product.warehouse.locationOf(batchReference);
    const hasCome = product.warehouse.hasCome({ batchReference, quantity }, wasPromisedAtOnce);
    return { batchReference, quantity, eta, location, hasCome };
  });
}
