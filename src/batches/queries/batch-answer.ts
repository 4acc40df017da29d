import type { Dates } from '../../vocabulary/dates.js';
import type { BatchSnapshot } from '../domain/batch.js';

/** A batch as callers see it, with what the calendar says about its date. */
export type BatchAnswer = BatchSnapshot & Dates;

/** The columns of a `BatchSnapshot`. */
export const BATCH_COLUMNS = `reference, sku, quantity, to_char(eta, 'YYYY-MM-DD') as eta, version`;
