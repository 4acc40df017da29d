import type { LineTerms } from '../../src/allocation/domain/order-line.js';
import type { Policy } from '../../src/allocation/domain/policy.js';
import type { Wish } from './placement.model.js';

/** A line that waits, and claims nothing. */
export interface Waiting extends Wish {
  /** Lines are younger the greater it is. It keeps it when it gets its units. */
  readonly age: number;
  /** The day that it was promised before it had to wait; left out: none yet. */
  readonly promisedDate?: string | null | undefined;
}

type Placed = Pick<Waiting, 'age'> & { readonly terms: Pick<LineTerms, 'priority'> };

/** Higher priority first, then the oldest. */
export function byPlace(a: Placed, b: Placed): number {
  return b.terms.priority - a.terms.priority || a.age - b.age;
}

export const channelOf = ({ terms }: Pick<Waiting, 'terms'>): string => terms.channel ?? '';

/**
 * Rule 12: who gets units next, if anybody can.
 * @param lastChannel that was served last in turn; undefined: none was
 */
export function nextServed(
  waiting: readonly Waiting[],
  { backorders }: Pick<Policy, 'backorders'>,
  lastChannel: string | undefined,
  fits: (line: Waiting) => boolean,
): Waiting | undefined {
  const queue = [...waiting].sort(byPlace);
  if (backorders === 'first-fit') return queue.find(fits);
  if (backorders === 'strict') return queue.slice(0, 1).find(fits);
  const channels = [...new Set(queue.map(channelOf))].sort();
  const isBehindLast = (channel: string) => lastChannel === undefined || channel > lastChannel;
  const turns = [...channels.filter(isBehindLast), ...channels.filter((channel) => !isBehindLast(channel))];
  return turns
    .map((channel) => queue.find((line) => channelOf(line) === channel && fits(line)))
    .find((line) => line !== undefined);
}
