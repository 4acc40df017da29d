import { addDays } from '../../vocabulary/dates.js';
import { DEFAULT_LOCATION } from '../../vocabulary/location.js';

/** Whether the units of a batch can be promised. */
export interface Usability {
  /** The last day on which its units can be used, `YYYY-MM-DD`; null: they keep. */
  readonly bestBefore: string | null;
  /** Whether nothing new is claimed from it. */
  readonly blocked: boolean;
}

/** Where a batch is, and whether its units can be promised. */
export interface Lot extends Usability {
  readonly location: string;
}

/** That of nearly all batches: nothing was said about it. */
export const PLAIN_LOT: Lot = Object.freeze({ location: DEFAULT_LOCATION, bestBefore: null, blocked: false });

export function isSameLot(a: Lot, b: Lot): boolean {
  return a.location === b.location && a.bestBefore === b.bestBefore && a.blocked === b.blocked;
}

/** No day is so early, as a table has it and in byte order. */
export const NEVER = '-infinity';
/** No day is later, as a table has it and in byte order. */
const ALWAYS = 'infinity';

/**
 * The last day on which a line may need units of the batch, `YYYY-MM-DD`, `infinity` or `-infinity`.
 * @param minimumShelfLifeDays days that the units have to keep after the day on which they are needed
 */
export function lastUsableDay({ bestBefore, blocked }: Lot, minimumShelfLifeDays: number): string {
  if (blocked) return NEVER;
  if (bestBefore === null) return ALWAYS;
  return minimumShelfLifeDays === 0 ? bestBefore : addDays(bestBefore, -minimumShelfLifeDays);
}

/**
 * Whether units of a batch can be promised for a day. Claims that it has stay, whatever becomes of it.
 * @param day on which they are needed, `YYYY-MM-DD`
 * @param minimumShelfLifeDays as `lastUsableDay` has it
 */
export function usable(lot: Lot, day: string, minimumShelfLifeDays = 0): boolean {
  return day <= lastUsableDay(lot, minimumShelfLifeDays);
}

/**
 * The day on which a line needs its units: its own, or else that on which they are available; no day that has passed.
 * @param today `YYYY-MM-DD` in the time zone of the service
 */
export function dayNeeded(neededBy: string | null, eta: string | null, today: string): string {
  const day = neededBy ?? eta ?? today;
  return day > today ? day : today;
}
