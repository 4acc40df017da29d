import { MOST_UNITS } from '../../vocabulary/quantity.js';
import { datesOf, type Dates } from '../../vocabulary/dates.js';
import type { BatchSnapshot } from '../domain/batch.js';

/** What has become of the units of a batch. It lags behind a change by moments. */
export interface Figures {
  /** Units in the warehouse, claimed or not. */
  readonly onHand: number;
  /** Units that are still to come. */
  readonly inbound: number;
  /** Units that have left. */
  readonly shipped: number;
  /** Units that order lines claim. */
  readonly claimed: number;
  /** Of those, the units of holds. */
  readonly held: number;
  /** Units that nobody claims. */
  readonly available: number;
}

/** A batch as it was bought, with what the calendar says about its date. */
export type BatchOnPaper = BatchSnapshot & Dates;

/** A batch as callers see it. */
export type BatchAnswer = BatchOnPaper & Figures;

/** A batch with the sums that the read model has of it; null if nothing has become of it yet. */
export interface BatchRow extends BatchSnapshot {
  readonly received: number | null;
  readonly shipped: number | null;
  readonly returned: number | null;
  readonly writtenOff: number | null;
  readonly claimed: number | null;
  readonly held: number | null;
}

/** A `BatchRow`: everything that answers need of a batch. */
export const BATCHES = `
  select reference, sku, quantity, to_char(eta, 'YYYY-MM-DD') as eta, version,
         location, to_char(best_before, 'YYYY-MM-DD') as "bestBefore", supplier, blocked,
         received, shipped, returned, written_off as "writtenOff", claimed, held
    from batches.batch left join batches.batch_figures using (reference)`;

/** @param today `YYYY-MM-DD` */
export function batchAnswer(row: BatchRow, today: string): BatchAnswer {
  const { reference, sku, quantity, eta, version, location, bestBefore, supplier, blocked } = row;
  const lot = { location, bestBefore, supplier, blocked };
  return { reference, sku, quantity, version, ...lot, ...datesOf(eta, today), ...figuresOf(row) };
}

/** A batch of which nothing has become yet. */
export function newBatchAnswer(batch: BatchOnPaper): BatchAnswer {
  const nothing = { received: 0, shipped: 0, returned: 0, writtenOff: 0, claimed: 0, held: 0 };
  return { ...batch, ...figuresOf({ ...batch, ...nothing }) };
}

function figuresOf({ quantity, eta, ...sums }: BatchRow): Figures {
  const shipped = sums.shipped ?? 0;
  const claimed = sums.claimed ?? 0;
  const gone = shipped + (sums.writtenOff ?? 0) - (sums.returned ?? 0);
  // A sum may be a moment ahead of another one, or of the quantity.
  const left = Math.min(Math.max(quantity - gone, 0), MOST_UNITS);
  const onHand = eta === null ? left : Math.min(Math.max((sums.received ?? 0) - gone, 0), left);
  const available = Math.max(left - claimed, 0);
  return { onHand, inbound: left - onHand, shipped, claimed, held: sums.held ?? 0, available };
}
