import type { FileHandle } from 'node:fs/promises';
import { printable } from '../../logging/escape-control-characters.js';
import { csvLine } from '../csv.js';
import type { FileFormat } from '../file-format.js';
import { figure } from '../print.js';
import type { ProgressLine } from '../progress-line.js';
import type { NamedColumn } from './columns.js';
import { REJECT_COLUMNS } from './header.js';
import { REJECTED } from './ndjson-reader.js';
import type { RejectedRow } from './rows.js';

/** Characters of a text that a file of rejects repeats: people do not correct a longer text there. */
const REPEATED_CHARACTERS = 1_000;

/** Rows that are shown on stderr: enough to see what is wrong with the file. */
const MOST_SHOWN = 10;

export interface RejectedRows {
  add(rows: readonly RejectedRow[]): Promise<void>;
  /** To be called after the last row. */
  end(): void;
}

/** Shows the first ten rows, a line for each, and how many more there are. */
export function showRejectedRows(out: NodeJS.WritableStream, progress: ProgressLine): RejectedRows {
  let shown = 0;
  let more = 0;
  return {
    async add(rows) {
      const first = rows.slice(0, MOST_SHOWN - shown);
      shown += first.length;
      more += rows.length - first.length;
      if (first.length === 0) return;
      progress.clear();
      const isWritten = out.write(
        first.map(({ line, message }) => `line ${line}: ${printable(message)}\n`).join(''),
      );
      if (!isWritten) await new Promise((resolve) => out.once('drain', resolve));
    },
    end() {
      if (more === 0) return;
      progress.clear();
      out.write(
        `and ${figure(more)} more ${more === 1 ? 'row' : 'rows'}: --rejects FILE writes all of them\n`,
      );
    },
  };
}

/**
 * Writes the rows to a file that can be corrected and imported: each row in its columns, and what is wrong with it.
 * @param columns of the imported file
 * @param known all columns that it may have: the value of one that it does not have is the same for each row
 */
export async function writeRejectedRows(
  file: FileHandle,
  format: FileFormat,
  columns: readonly NamedColumn[],
  known: readonly NamedColumn[] = columns,
): Promise<RejectedRows> {
  if (format === 'csv') await file.write(csvLine([...columns.map(({ name }) => name), ...REJECT_COLUMNS]));
  const lineOf = format === 'csv' ? (row: RejectedRow) => formatCsv(row, columns, known) : formatJson;
  return {
    async add(rows) {
      if (rows.length > 0) await file.write(rows.map(lineOf).join(''));
    },
    end: () => undefined,
  };
}

/** A row that its cells cannot represent is written to the column `row`, and its cells stay empty. */
function formatCsv(
  { line, reason, message, text, values }: RejectedRow,
  columns: readonly NamedColumn[],
  known: readonly NamedColumn[],
): string {
  const cells = values && cellsOf(values, columns, known);
  const row = cells ? '' : text.slice(0, REPEATED_CHARACTERS);
  return csvLine([...(cells ?? columns.map(() => '')), line, reason, printable(message), printable(row)]);
}

function cellsOf(
  values: Readonly<Record<string, unknown>>,
  columns: readonly NamedColumn[],
  known: readonly NamedColumn[],
): string[] | null {
  const names = known.map(({ name }) => name);
  if (Object.keys(values).some((name) => !names.includes(name) && values[name] !== undefined)) return null;
  const cells = columns.map((column) => cellOf(column, values[column.name]));
  return cells.every((cell) => cell !== null) ? cells : null;
}

/** The text that a column reads as this value, or null, e.g. for a number in JSON where a code is expected. */
function cellOf(column: NamedColumn, value: unknown): string | null {
  const isPlain = typeof value === 'number' || typeof value === 'boolean';
  const text = value === null || value === undefined ? '' : isPlain ? String(value) : value;
  // A line break would split the row, and a shortened text could be imported as another value.
  if (typeof text !== 'string' || text.length > REPEATED_CHARACTERS || /[\n\0]/.test(text)) return null;
  return column.value.parse(text) === value ? text : null;
}

function formatJson({ line, reason, message, text, values }: RejectedRow): string {
  const row = values ? {} : { row: text.slice(0, REPEATED_CHARACTERS) };
  return `${JSON.stringify({ ...values, [REJECTED]: { line, reason, message, ...row } })}\n`;
}
