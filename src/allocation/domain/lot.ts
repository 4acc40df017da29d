import { DEFAULT_LOCATION } from '../../vocabulary/location.js';

/** Where a batch is, and whether its units can be promised. */
export interface Lot {
  readonly location: string;
  /** The last day on which its units can be used, `YYYY-MM-DD`; null: they keep. */
  readonly bestBefore: string | null;
  /** Whether nothing new is claimed from it. */
  readonly blocked: boolean;
}

/** That of nearly all batches: nothing was said about it. */
export const PLAIN_LOT: Lot = Object.freeze({ location: DEFAULT_LOCATION, bestBefore: null, blocked: false });

export function isSameLot(a: Lot, b: Lot): boolean {
  return a.location === b.location && a.bestBefore === b.bestBefore && a.blocked === b.blocked;
}

/**
 * Whether units of a batch can be promised for a day. Claims that it has stay, whatever becomes of it.
 * @param day on which they are needed, `YYYY-MM-DD`
 */
export function usable({ bestBefore, blocked }: Lot, day: string): boolean {
  return !blocked && (bestBefore === null || day <= bestBefore);
}

/**
 * The day on which a line needs its units: its own, or else that on which they are available; no day that has passed.
 * @param today `YYYY-MM-DD` in the time zone of the service
 */
export function dayNeeded(neededBy: string | null, eta: string | null, today: string): string {
  const day = neededBy ?? eta ?? today;
  return day > today ? day : today;
}
