import { compareBytes } from '../../kernel/domain/compare-bytes.js';
import type { Allocation } from './order-line.js';
import type { Product } from './product.js';

/** What a line claims, and when that comes. */
export type LinePlace = Pick<Allocation, 'quantity' | 'batchReference' | 'eta' | 'claims'>;

/** A line that claims other units, or of which they come on another day. */
export interface ChangedLine {
  readonly orderId: string;
  readonly sku: string;
  /** Null: it claimed nothing. */
  readonly before: LinePlace | null;
  /** Null: it claims nothing any more. */
  readonly after: LinePlace | null;
}

/** What the lines claim at one moment, by their names. */
export type Places = ReadonlyMap<string, Allocation>;

export function placesOf(products: readonly Product[]): Places {
  const allocations = products.flatMap((product) => product.allocations);
  // A code holds no control character, so two lines never have the same name.
  return new Map(allocations.map((line) => [`${line.sku}\n${line.orderId}`, line]));
}

/** In the order of SKUs, and for each in the order of allocation. */
export function changedLines(before: Places, after: Places): ChangedLine[] {
  const changed = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name), after.get(name)];
    const places = { before: placeOf(was), after: placeOf(is) };
    if (JSON.stringify(places.before) === JSON.stringify(places.after)) return [];
    const { orderId, sku, sequence } = (is ?? was)!;
    return [{ sequence, line: { orderId, sku, ...places } }];
  });
  changed.sort((a, b) => compareBytes(a.line.sku, b.line.sku) || a.sequence - b.sequence);
  return changed.map(({ line }) => line);
}

function placeOf(line: Allocation | undefined): LinePlace | null {
  if (!line) return null;
  const { quantity, batchReference, eta } = line;
  const claims = line.claims?.map(({ batchReference, quantity, eta }) => ({ batchReference, quantity, eta }));
  return { quantity, batchReference, eta, ...(claims && { claims }) };
}
