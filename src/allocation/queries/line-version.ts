import { createHash } from 'node:crypto';
import type { StandingLine } from '../domain/order-line.js';

/**
 * By what a line is known again: its place in the order of allocation, which a line that is given back and ordered again
 * does not have, and where it stands, so that it is another one when the line has moved or its date has changed.
 */
export function versionOfLine({ sequence, batchReference, eta }: VersionedLine): string {
  return `${sequence}-${digestOf([batchReference, eta])}`;
}

/** The same of all lines of an order: another one when any of them is, when one is gone and when one has been added. */
export function versionOfOrder(lines: readonly (VersionedLine & { readonly sku: string })[]): string {
  return digestOf(lines.map((line) => [line.sku, versionOfLine(line)]));
}

type VersionedLine = Pick<StandingLine, 'sequence' | 'batchReference' | 'eta'>;

function digestOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}
