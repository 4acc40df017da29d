import type { Allocation } from './order-line.js';
import { inOrderOfSku, type OrderedLine, type OrderedLineWithClaims } from './order-state.js';
import type { Product } from './product.js';

/** The lines of an order that has no record, as one would have them. */
export function looseLines(orderId: string, products: readonly Product[]): OrderedLine[] {
  const lines = products.flatMap((product) => {
    const line = product.lineOf(orderId);
    if (!line) return [];
    const { sku, quantity, eta: promisedDate } = line;
    const { split, neededBy } = line.terms;
    return [{ sku, quantity, split, neededBy, promisedDate, shipped: 0, returned: 0 }];
  });
  return lines.sort(inOrderOfSku);
}

/** @param allocation what the line claims; undefined: nothing */
export function withClaims(line: OrderedLine, allocation: Allocation | undefined): OrderedLineWithClaims {
  if (!allocation) return { ...line, sequence: 0, claims: [] };
  const {
    sequence,
    batchReference,
    quantity,
    eta,
    claims = [{ batchReference, quantity, eta }],
  } = allocation;
  return { ...line, sequence, claims };
}
