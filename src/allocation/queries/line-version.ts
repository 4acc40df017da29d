import { createHash } from 'node:crypto';
import type { Allocation } from '../domain/order-line.js';

/**
 * By what a line is known again: its place in the order of allocation, which a line that is given back and ordered again
 * does not have, and where it stands, so that it is another one when the line has moved or its date has changed.
 */
export function versionOfLine({ sequence, batchReference, eta }: VersionedLine): string {
  return `${sequence}-${digestOfPlace(batchReference, eta)}`;
}

/** The same of all lines of an order: another one when any of them is, when one is gone and when one has been added. */
export function versionOfOrder(lines: readonly (VersionedLine & { readonly sku: string })[]): string {
  return digestOf(lines.map((line) => [line.sku, versionOfLine(line)]));
}

type VersionedLine = Pick<Allocation, 'sequence' | 'batchReference' | 'eta'>;

/** Few batches are promised from at a time, and each line asks: a digest takes longer than a rule of allocation. */
const MOST_KNOWN = 1_000;
const knownPlaces = new Map<string, string>();

function digestOfPlace(batchReference: string, eta: string | null): string {
  // No day holds a space, so that two places never have one name.
  const name = `${eta} ${batchReference}`;
  let digest = knownPlaces.get(name);
  if (digest === undefined) {
    digest = digestOf([batchReference, eta]);
    if (knownPlaces.size >= MOST_KNOWN) knownPlaces.clear();
    knownPlaces.set(name, digest);
  }
  return digest;
}

function digestOf(facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}
