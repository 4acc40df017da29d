import { hash } from 'node:crypto';
import type { Allocation } from '../domain/order-line.js';
import type { WaitingLine } from '../domain/waiting-line.js';

/**
 * The version of a line: its place in the order of allocation, which changes when the line is given back and ordered
 * again, and a digest of its batches, their dates and units, which changes when the line moves, is amended or is put off.
 */
export function versionOfLine(line: VersionedLine): string {
  return `${line.sequence}-${digestOfPlace(line)}`;
}

/** The version of a line that waits: its place by age, which it keeps, and a digest of its units. */
export function versionOfWaitingLine({ sequence, quantity }: WaitingLine): string {
  return `${sequence}-${digestOf(['waits', quantity])}`;
}

/** The version of an order: it changes with the version of any line, and when a line is added or removed. */
export function versionOfOrder(lines: readonly (VersionedLine & { readonly sku: string })[]): string {
  return digestOf(lines.map((line) => [line.sku, versionOfLine(line)]));
}

type VersionedLine = Pick<Allocation, 'sequence' | 'quantity' | 'batchReference' | 'eta' | 'claims'>;

/** Digests are cached: lines share few batches at a time, and a digest takes longer than a rule of allocation. */
const MOST_KNOWN = 1_000;
const knownPlaces = new Map<string, string>();

function digestOfPlace({ quantity, batchReference, eta, claims }: VersionedLine): string {
  if (claims) return digestOf(claims.map((claim) => [claim.batchReference, claim.quantity, claim.eta]));
  // Neither a date nor a number holds a space, so two places never have the same name.
  const name = `${quantity} ${eta} ${batchReference}`;
  let digest = knownPlaces.get(name);
  if (digest === undefined) {
    digest = digestOf([quantity, batchReference, eta]);
    if (knownPlaces.size >= MOST_KNOWN) knownPlaces.clear();
    knownPlaces.set(name, digest);
  }
  return digest;
}

function digestOf(facts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(facts)).slice(0, 16);
}
