import { haveCome, type Batch } from '../domain/batch.js';
import { inOrderOfPreference } from '../domain/batch-state.js';
import type { Lot } from '../domain/lot.js';
import type { Claim } from '../domain/order-line.js';
import type { DatedClaim } from '../domain/order-state.js';
import { promisedAt, type EarlierPromise } from '../domain/promised-date.js';
import { toPromisedDate } from '../domain/stored-promised-date.js';
import { onHand } from './on-hand.js';

/** A claim with the figures of its batch. */
export type StoredClaim = Claim & Pick<Batch, 'eta' | 'onHand' | 'allocated'> & Pick<Lot, 'location'>;

/** A line with what it claims and what it was promised, as `CLAIMING_LINE` reads it. */
export interface ClaimingLine {
  readonly orderId: string;
  readonly sku: string;
  readonly sequence: number;
  readonly split: boolean;
  readonly neededBy: string | null;
  /** The day that it was promised first, if its batch does not tell; `-infinity`: units on hand. */
  readonly promisedDate: string | null;
  /** What its batch promised before it had its date. */
  readonly earlier: readonly EarlierPromise[] | null;
  /** The claim on its own batch. */
  readonly claim: StoredClaim;
  readonly further: readonly StoredClaim[] | null;
}

const claim = (claim: string, batch: string) =>
  `json_build_object('batchReference', ${batch}.reference, 'quantity', ${claim}.quantity, 'eta', ${batch}.eta,
                     'onHand', ${onHand(batch)}, 'allocated', ${batch}.allocated,
                     'location', coalesce(${batch}.lot->>'location', 'main'))`;

/** A `ClaimingLine` as JSON, for a query in which `line` is the line and `batch` its own batch. */
export const CLAIMING_LINE = `
  json_build_object(
    'orderId', line.order_id, 'sku', line.sku, 'sequence', line.sequence, 'split', line.split, 'neededBy', line.needed_by,
    'promisedDate', line.promised_date, 'earlier', batch.earlier_promises, 'claim', ${claim('line', 'batch')},
    'further', case when line.split then (
      select json_agg(${claim('further', 'its')})
        from allocation.split_claim as further join allocation.batch as its on its.reference = further.batch_reference
       where further.order_id = line.order_id and further.sku = line.sku) end)`;

/** In the order of preference. */
export function claimsOf({ claim, further }: ClaimingLine, wasPromisedAtOnce: boolean): DatedClaim[] {
  const claims = [...(further ?? []), claim].map((each) => ({ ...each, reference: each.batchReference }));
  return claims.sort(inOrderOfPreference).map(({ batchReference, quantity, ...batch }) => ({
    ...{ batchReference, location: batch.location, quantity, eta: batch.eta },
    hasCome: haveCome(quantity, batch, wasPromisedAtOnce),
  }));
}

export function unitsOf({ claim, further }: ClaimingLine): number {
  return [...(further ?? []), claim].reduce((sum, each) => sum + each.quantity, 0);
}

/** The day that the line was promised first (rule 7b); null: at once. */
export function promisedDateOf({ sequence, promisedDate, earlier, claim }: ClaimingLine): string | null {
  if (promisedDate !== null) return toPromisedDate(promisedDate);
  return promisedAt(sequence, { eta: claim.eta, ...(earlier && { earlier }) });
}
