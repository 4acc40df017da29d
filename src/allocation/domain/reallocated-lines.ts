import { changedLines, placesOf, type LinePlace } from './changed-lines.js';
import type { Product } from './product.js';
import type { Segment, Strategy } from './segment.js';

/**
 * What a run has done to a line: it had nothing and has its units (`gained`), has them on another day (`earlier`, `later`) or
 * from other batches (`moved`), or has lost them and waits (`backordered`) or does not (`deallocated`).
 */
export const OUTCOMES = ['gained', 'earlier', 'moved', 'later', 'backordered', 'deallocated'] as const;
export type ReallocationOutcome = (typeof OUTCOMES)[number];

/** A line that has other units than before, and why. */
export interface ReallocatedLine {
  readonly orderId: string;
  /** The place of its segment in the order in which they were given, from 0; null: it got what the segments left (rule 12). */
  readonly segment: number | null;
  readonly strategy: Strategy | null;
  readonly outcome: ReallocationOutcome;
  readonly reason: 'reallocation-run' | 'units-left';
  /** Null: it waited. */
  readonly before: LinePlace | null;
  /** Null: it has lost all that it had. */
  readonly after: LinePlace | null;
}

/** What has become of the lines of a segment. */
export interface SegmentResult {
  readonly strategy: Strategy;
  /** Lines that belong to it. */
  readonly lines: number;
  /** Of those, the lines that have other units than before. */
  readonly changed: number;
  /** Of those, the lines that have no units by the end. */
  readonly short: number;
}

export interface ReallocationResult {
  /** In the order in which they were given. */
  readonly segments: readonly SegmentResult[];
  /** In the order of allocation. */
  readonly lines: readonly ReallocatedLine[];
}

/** Runs the segments, and says what has become of every line that changed. */
export function reallocate(product: Product, segments: readonly Segment[]): ReallocationResult {
  const before = placesOf([product]);
  const worked = product.reallocation.run(segments);
  const after = placesOf([product]);
  const segmentOf = new Map(worked.map(({ orderId, segment }) => [orderId, segment]));
  const lines = changedLines(before, after).map(({ orderId, before, after }): ReallocatedLine => {
    const segment = segmentOf.get(orderId) ?? null;
    const isWaiting = after === null && product.has(orderId);
    return {
      orderId,
      segment,
      strategy: segment === null ? null : segments[segment]!.strategy,
      outcome: outcomeOf(before, after, isWaiting),
      reason: segment === null ? 'units-left' : 'reallocation-run',
      before,
      after,
    };
  });
  const results = segments.map(({ strategy }, i) => ({
    strategy,
    lines: worked.filter(({ segment }) => segment === i).length,
    changed: lines.filter(({ segment }) => segment === i).length,
    short: worked.filter(({ segment, planned }) => segment === i && !planned).length,
  }));
  return { segments: results, lines };
}

function outcomeOf(
  before: LinePlace | null,
  after: LinePlace | null,
  isWaiting: boolean,
): ReallocationOutcome {
  if (!after) return isWaiting ? 'backordered' : 'deallocated';
  if (!before) return 'gained';
  if (before.eta === after.eta) return 'moved';
  return (before.eta ?? '') > (after.eta ?? '') ? 'earlier' : 'later';
}
