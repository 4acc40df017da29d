import type { LineTerms } from './order-line.js';

/**
 * What a reallocation run does with the lines of a segment. It processes the strategies in this order, and within a segment
 * higher priority before lower, then the oldest.
 *
 * - `win`: the line gets all its units on the earliest possible day, if need be units of lines that redistribute, fill or
 *   lose. It never ends worse than it was.
 * - `gain`: the line keeps its units, or gets earlier ones from what the lines that win have left.
 * - `redistribute`: the line gives up its units and is allocated again, with a better or a worse result.
 * - `fill`: the line keeps its units unless a line before it needs them, and gets other units only if some are left.
 * - `lose`: the line gives up its units, and gets only units that no line before it took.
 */
export const STRATEGIES = ['win', 'gain', 'redistribute', 'fill', 'lose'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const SEGMENT_STATES = ['allocated', 'backordered'] as const;

/** Which lines a segment is about: those that meet everything that is said; nothing said: all. */
export interface SegmentMatch {
  /** The channel of their order; null: their order has none. */
  readonly channel?: string | null;
  readonly priority?: { readonly min?: number; readonly max?: number };
  /** Whether they claim their units, or wait for them. */
  readonly state?: (typeof SEGMENT_STATES)[number];
  readonly orderIds?: readonly string[];
}

/** Lines of a product that a reallocation run treats alike. */
export interface Segment {
  readonly match: SegmentMatch;
  readonly strategy: Strategy;
}

interface Matched {
  readonly orderId: string;
  readonly terms: LineTerms;
  readonly isWaiting: boolean;
}

/**
 * Finds the segment of a line: the first that it matches, in the order in which they were given.
 * @returns its place in that order; -1: it matches none
 */
export function segmentFinder(segments: readonly Segment[]): (line: Matched) => number {
  const tests = segments.map(({ match }) => testOf(match));
  return (line) => tests.findIndex((matches) => matches(line));
}

function testOf({ channel, priority = {}, state, orderIds }: SegmentMatch): (line: Matched) => boolean {
  const { min = -Infinity, max = Infinity } = priority;
  const orders = orderIds && new Set(orderIds);
  return ({ orderId, terms, isWaiting }) =>
    (channel === undefined || channel === (terms.channel ?? null)) &&
    min <= terms.priority &&
    terms.priority <= max &&
    (state === undefined || isWaiting === (state === 'backordered')) &&
    (orders === undefined || orders.has(orderId));
}
