import type { FileHandle } from 'node:fs/promises';
import { printable } from '../../logging/escape-control-characters.js';
import { csvLine } from '../csv-writer.js';
import { figure } from '../print.js';
import type { NamedColumn } from './columns.js';
import type { Progress } from './progress.js';
import { REJECT_COLUMNS, REJECTED } from './reject-marks.js';
import type { Reject } from './rows.js';
import type { Format } from '../source.js';

/** Characters of a text that are repeated; nobody mends a longer one by reading it there. */
const MOST_REPEATED = 1_000;

/** Rows that people are shown; they know by then what is wrong with the file. */
const MOST_SHOWN = 10;

/** Where rows are told that were not taken. */
export interface Rejects {
  add(rejects: readonly Reject[]): Promise<void>;
  /** After the last row. */
  end(): void;
}

/** To people: a line for each of the first ten, and how many more there are. */
export function rejectsTo(out: NodeJS.WritableStream, progress: Progress): Rejects {
  let shown = 0;
  let more = 0;
  return {
    async add(rejects) {
      const first = rejects.slice(0, MOST_SHOWN - shown);
      shown += first.length;
      more += rejects.length - first.length;
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
      out.write(`and ${figure(more)} more ${more === 1 ? 'row' : 'rows'}: --rejects FILE lists them all\n`);
    },
  };
}

/**
 * To a file that can be mended and imported: each row in its columns, and what is wrong with it.
 * @param columns that the imported file has
 */
export async function rejectsIn(
  file: FileHandle,
  format: Format,
  columns: readonly NamedColumn[],
): Promise<Rejects> {
  if (format === 'csv') await file.write(csvLine([...columns.map(({ name }) => name), ...REJECT_COLUMNS]));
  const lineOf = format === 'csv' ? (reject: Reject) => csvOf(reject, columns) : jsonOf;
  return {
    async add(rejects) {
      if (rejects.length > 0) await file.write(rejects.map(lineOf).join(''));
    },
    end: () => undefined,
  };
}

/** A row that its cells cannot hold as it was is given as it was, beside cells that are to be filled in. */
function csvOf({ line, reason, message, text, values }: Reject, columns: readonly NamedColumn[]): string {
  const cells = values && cellsOf(values, columns);
  const row = cells ? '' : text.slice(0, MOST_REPEATED);
  return csvLine([...(cells ?? columns.map(() => '')), line, reason, printable(message), printable(row)]);
}

function cellsOf(
  values: Readonly<Record<string, unknown>>,
  columns: readonly NamedColumn[],
): string[] | null {
  const names = columns.map(({ name }) => name);
  if (Object.keys(values).some((name) => !names.includes(name) && values[name] !== undefined)) return null;
  const cells = columns.map((column) => cellOf(column, values[column.name]));
  return cells.every((cell) => cell !== null) ? cells : null;
}

/** The text that a column reads as this value, or null: JSON has numbers for codes and texts for numbers. */
function cellOf(column: NamedColumn, value: unknown): string | null {
  const text = value === null ? '' : typeof value === 'number' ? String(value) : value;
  // A row is a line, and what is cut off might be taken for something else.
  if (typeof text !== 'string' || text.length > MOST_REPEATED || /[\n\0]/.test(text)) return null;
  return column.value.parse(text) === value ? text : null;
}

function jsonOf({ line, reason, message, text, values }: Reject): string {
  const row = values ? {} : { row: text.slice(0, MOST_REPEATED) };
  return `${JSON.stringify({ ...values, [REJECTED]: { line, reason, message, ...row } })}\n`;
}
