import type { Batch } from './batch.js';

/** What is looked for: units, and on what terms. */
interface Wish {
  readonly quantity: number;
  readonly split: boolean;
  readonly neededBy: string | null;
}

/** Units of a batch that a line would claim. */
export interface Place {
  readonly batch: Batch;
  readonly quantity: number;
}

/** Why a line finds no place. */
export interface NoPlace {
  /** Units that it could have: of the batch with the most of them, or of all batches if it may be split. */
  readonly available: number;
  /** Whether another batch, behind those that were looked at, could change the answer. */
  readonly isOpenEnded: boolean;
}

/**
 * Where the line would get its units.
 *
 * Rule 3: the first batch, in the order of preference, that can hold all of them. Rule 1b: if the line may be split, the
 * whole of it comes as early as possible, and then from as few batches as possible: from one batch if one that is there
 * by then holds it all, otherwise from the batches in the order of preference, each as far as it goes.
 *
 * @param batches in the order of preference
 * @param ownUnits units of a batch that the line itself claims now: they do not stand in its way
 */
export function findPlace(
  batches: readonly Batch[],
  { quantity, split, neededBy }: Wish,
  ownUnits: (batch: Batch) => number = () => 0,
): readonly Place[] | NoPlace {
  const parts: Place[] = [];
  let most = 0;
  let found = 0;
  for (const batch of batches) {
    const isFull = found >= quantity;
    // Whatever comes behind it comes later still.
    if (isTooLate(batch, neededBy)) return isFull ? parts : { available: most, isOpenEnded: false };
    if (isFull && batch.eta !== parts.at(-1)!.batch.eta) return parts;
    const free = batch.available + ownUnits(batch);
    if (free >= quantity) return [{ batch, quantity }];
    if (split && !isFull && free > 0) {
      parts.push({ batch, quantity: Math.min(free, quantity - found) });
      found += free;
    }
    most = split ? found : Math.max(most, free);
  }
  return found >= quantity ? parts : { available: most, isOpenEnded: true };
}

export function isTooLate({ eta }: { readonly eta: string | null }, neededBy: string | null): boolean {
  return eta !== null && neededBy !== null && eta > neededBy;
}
