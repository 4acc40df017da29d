import type { Allocation } from './order-line.js';
import {
  inOrderOfSku,
  type DatedClaim,
  type OrderedLine,
  type OrderedLineWithClaims,
} from './order-state.js';
import type { Product } from './product.js';

/** The lines of an order that has no record, as one would have them. */
export function looseLines(orderId: string, products: readonly Product[]): OrderedLine[] {
  const lines = products.flatMap((product) => {
    const line = product.lineOf(orderId);
    if (!line) return [];
    const { sku, quantity, promisedDate } = line;
    const { split, neededBy } = line.terms;
    return [{ sku, quantity, split, neededBy, promisedDate, shipped: 0, returned: 0 }];
  });
  return lines.sort(inOrderOfSku);
}

/** The line of the order with what it claims of the product. */
export function withClaims(
  orderId: string,
  line: OrderedLine,
  product: Product | undefined,
): OrderedLineWithClaims {
  const allocation = product?.allocationOf(orderId);
  if (!product || !allocation) return { ...line, sequence: 0, claims: [] };
  const claims = claimsOf(allocation, product, line.promisedDate === null);
  return { ...line, sequence: allocation.sequence, claims };
}

function claimsOf(allocation: Allocation, product: Product, wasPromisedAtOnce: boolean): DatedClaim[] {
  const { batchReference, quantity, eta } = allocation;
  const claims = allocation.claims ?? [{ batchReference, quantity, eta }];
  return claims.map((claim) => ({
    ...claim,
    hasCome: product.warehouse.hasCome(claim, wasPromisedAtOnce),
  }));
}
