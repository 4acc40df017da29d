import {
  Columns,
  knownReference,
  knownSku,
  location,
  orNull,
  quantityOrZero,
  type NamedColumn,
} from '../../platform/cli/import/columns.js';
import { InvalidFile } from '../../platform/cli/import/invalid-file.js';
import type { Window } from '../../platform/cli/import/rows.js';
import { newDocumentId } from '../../vocabulary/document-id.js';
import { quantityOrZero as units } from '../../vocabulary/quantity.js';
import { reason } from '../../vocabulary/reason.js';
import type { Value } from '../../vocabulary/value.js';

/** A row of a count: a batch, or the SKU of one, and how many units of it were counted. */
export interface CountRow {
  readonly reference: string | undefined;
  readonly sku: string | undefined;
  readonly location: string | undefined;
  /** Units that were on hand when they were counted; null: as many as are when the count is posted. */
  readonly expected: number | null;
  /** null: nobody has counted it. */
  readonly counted: number | null;
  readonly note: string | null;
}

export const countColumns = new Columns<CountRow>(
  {
    reference: knownReference,
    sku: knownSku,
    location,
    expected: { ...quantityOrZero, ...orNull(units), aliases: ['on_hand'] },
    counted: { ...quantityOrZero, value: orNull(units).value, aliases: ['count'] },
    note: orNull(reason),
  },
  // The sheet has it, so that a person finds the batch.
  { ignored: ['best_before'] },
);

/** @throws {InvalidFile} if no row can name its batch */
export function requireNames(present: readonly NamedColumn[]): void {
  if (present.some(({ field }) => field === 'reference' || field === 'sku')) return;
  throw new InvalidFile(
    'The first line must name the column reference or sku, so that each row names a batch.',
  );
}

/** Leaves out the rows of batches that nobody has counted. */
export async function* countedRows(
  windows: AsyncIterable<Window<CountRow>>,
): AsyncGenerator<Window<CountRow>> {
  for await (const window of windows)
    yield { ...window, rows: window.rows.filter(({ row }) => row.counted !== null) };
}

const LONGEST_NAME = 64;

/** The name of a count of a location. The name of each of its batches' counts begins with it. */
export const countName: Value<string> = {
  ...newDocumentId,
  message: `must be a text of 1 to ${LONGEST_NAME} visible characters without a slash, not beginning or ending in white space`,
  isValid: (value): value is string =>
    newDocumentId.isValid(value) && [...value].length <= LONGEST_NAME && !value.includes('/'),
};
