import { createHash } from 'node:crypto';
import type { Allocation } from '../domain/order-line.js';

/**
 * The version of a line: its place in the order of allocation, which changes when the line is given back and ordered
 * again, and a digest of its batch and date, which changes when the line moves or its date does.
 */
export function versionOfLine({ sequence, batchReference, eta }: VersionedLine): string {
  return `${sequence}-${digestOfPlace(batchReference, eta)}`;
}

/** The version of an order: it changes with the version of any line, and when a line is added or removed. */
export function versionOfOrder(lines: readonly (VersionedLine & { readonly sku: string })[]): string {
  return digestOf(lines.map((line) => [line.sku, versionOfLine(line)]));
}

type VersionedLine = Pick<Allocation, 'sequence' | 'batchReference' | 'eta'>;

/** Digests are cached: lines share few batches at a time, and a digest takes longer than a rule of allocation. */
const MOST_KNOWN = 1_000;
const knownPlaces = new Map<string, string>();

function digestOfPlace(batchReference: string, eta: string | null): string {
  // A date holds no space, so two places never have the same name.
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
