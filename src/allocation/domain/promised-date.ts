/** Lines up to a place in the order of allocation were promised another day than that which their batch has now. */
export interface EarlierPromise {
  /** The place of the last of them. */
  readonly upTo: number;
  /** `YYYY-MM-DD`; null: the units were on hand. */
  readonly eta: string | null;
}

/**
 * Rule 7b: the promised date of a line that has none of its own: that of its batch when it was allocated.
 * @param sequence the place of the line in the order of allocation
 * @param earlier in the order of their places
 */
export function promisedAt(
  sequence: number,
  { eta, earlier = [] }: { readonly eta: string | null; readonly earlier?: readonly EarlierPromise[] },
): string | null {
  const promise = earlier.find(({ upTo }) => sequence <= upTo);
  return promise ? promise.eta : eta;
}

/**
 * What a batch has promised once it gets another date: one entry, however many lines it has.
 * @param upTo the place that was given out last
 */
export function withPromise(
  earlier: readonly EarlierPromise[],
  { upTo, eta }: EarlierPromise,
): readonly EarlierPromise[] {
  const last = earlier.at(-1);
  if (last && last.upTo >= upTo) return earlier;
  return last?.eta === eta ? [...earlier.slice(0, -1), { upTo, eta }] : [...earlier, { upTo, eta }];
}
