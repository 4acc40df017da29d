import type { Dates } from '../../kernel/lifecycle/calendar.js';

/** A batch as it is shown to callers. */
export interface BatchAnswer extends Dates {
  readonly reference: string;
  readonly sku: string;
  readonly quantity: number;
  readonly version: number;
}

export const BATCH_COLUMNS = `reference, sku, quantity, to_char(eta, 'YYYY-MM-DD') as eta, version`;

/** A row of these columns. */
export type BatchRow = Omit<BatchAnswer, 'overdue' | 'expectedDate'>;
