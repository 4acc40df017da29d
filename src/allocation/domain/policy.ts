import type { Preference } from './preference.js';

/** In which order the lines that wait for a product get its units. */
export const BACKORDER_POLICIES = ['first-fit', 'strict', 'fair-share'] as const;

/** A hundred years. */
export const MOST_SHELF_LIFE_DAYS = 36_500;

/** Units that only one channel may take. */
export interface Protection {
  /** null: safety stock, which nobody may take. */
  readonly channel: string | null;
  /** The last free units of the product, as many as these. */
  readonly quantity: number;
  /** The last day on which it holds, `YYYY-MM-DD`; null: until it is taken back. */
  readonly until: string | null;
}

/** Who gets the units of a product, and in which order. */
export interface Policy {
  /** Which batches are taken first of those that are available on the same day. */
  readonly preference: Preference;
  /**
   * `first-fit`: the units go to the first line that they meet. `strict`: they go to the head of the queue; if they do not
   * meet it, they stay reserved for it. `fair-share`: channels get them in turn, and within a channel they go to the first
   * line that they meet.
   */
  readonly backorders: (typeof BACKORDER_POLICIES)[number];
  readonly protections: readonly Protection[];
  /** Days that units have to keep after the day on which they are needed. */
  readonly minimumShelfLifeDays: number;
}

/** That of a product for which none was set. */
export const DEFAULT_POLICY: Policy = Object.freeze({
  preference: 'eta',
  backorders: 'first-fit',
  minimumShelfLifeDays: 0,
  protections: [],
});

export function isSamePolicy(a: Policy, b: Policy): boolean {
  return JSON.stringify(factsOf(a)) === JSON.stringify(factsOf(b));
}

const factsOf = ({ preference, backorders, minimumShelfLifeDays, protections }: Policy) => [
  preference,
  backorders,
  minimumShelfLifeDays,
  protections.map(({ channel, quantity, until }) => [channel, quantity, until]),
];

/**
 * Whether units were protected until a day that has passed.
 * @param today `YYYY-MM-DD`
 */
export function hasEndedProtection({ protections }: Pick<Policy, 'protections'>, today: string): boolean {
  return protections.some(({ until }) => until !== null && until < today);
}

/**
 * How many of the last free units a line of the channel must leave.
 * @param channel that of the order; null if it has none
 * @param today `YYYY-MM-DD`
 */
export function unitsProtectedFrom(
  { protections }: Pick<Policy, 'protections'>,
  channel: string | null,
  today: string,
): number {
  return protections.reduce((sum, protection) => {
    const holds = protection.until === null || protection.until >= today;
    const isTheirs = protection.channel !== null && protection.channel === channel;
    return holds && !isTheirs ? sum + protection.quantity : sum;
  }, 0);
}
