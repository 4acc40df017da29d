import { csvLine, type Cell } from '../../../../src/platform/cli/csv.js';
import { REJECT_COLUMNS } from '../../../../src/platform/cli/import/header.js';
import { REJECTED } from '../../../../src/platform/cli/import/ndjson-reader.js';
import { WHOLE, type FileRow } from './file-row.js';
import type { ImportFile } from './read-file.js';

/** A row that was not taken, and why. */
export interface Reject {
  readonly row: FileRow;
  /** For programs: the code of the problem. */
  readonly reason: string;
  readonly message: string;
}

/**
 * The rejected rows as a file that can be corrected and imported, here or by the command line: each row in its columns, and
 * what is wrong with it.
 */
export function rejectsFile(
  file: Pick<ImportFile, 'format' | 'columns'>,
  rejects: readonly Reject[],
): string {
  if (file.format === 'ndjson') return rejects.map(jsonLine).join('');
  const head = csvLine([...file.columns, ...REJECT_COLUMNS]);
  return head + rejects.map((reject) => cells(file.columns, reject)).join('');
}

/** A row that could not be split is in the column `row`, and its cells stay empty. */
function cells(columns: readonly string[], { row, reason, message }: Reject): string {
  const { values, line, text } = row;
  const own = columns.map((column) => cellOf(values?.[column]));
  return csvLine([...own, line, reason, message, values ? '' : text]);
}

const cellOf = (value: unknown): Cell =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;

function jsonLine({ row, reason, message }: Reject): string {
  const { line, text, values } = row;
  const whole = row.row?.[WHOLE] as object | undefined;
  const own = whole ?? values;
  return `${JSON.stringify({ ...own, [REJECTED]: { line, reason, message, ...(!own && { row: text }) } })}\n`;
}
