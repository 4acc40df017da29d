import { parseCsvLine } from '../../../../src/platform/cli/csv.js';
import { csvReader } from '../../../../src/platform/cli/import/csv-reader.js';
import { SEPARATORS } from '../../../../src/platform/cli/import/header.js';
import {
  HEAD_BYTES,
  InvalidFile,
  requireReadableFile,
} from '../../../../src/platform/cli/import/invalid-file.js';
import { ndjsonReader } from '../../../../src/platform/cli/import/ndjson-reader.js';
import { InvalidRow, shorten, type RowReader } from '../../../../src/platform/cli/import/row-reader.js';
import { Entries, type Entry } from './entries.js';
import { WHOLE, type FileRow } from './file-row.js';
import { KINDS, type Kind } from './kinds.js';
import { LineSplitter, type Line } from './lines.js';

export type Format = 'csv' | 'ndjson';

/** How the rows of a file are read. */
export interface Layout {
  readonly kind: Kind;
  readonly format: Format;
  /** The names of its columns. */
  readonly columns: readonly string[];
  readonly read: RowReader<object>;
}

export interface ImportFile extends Layout {
  readonly rows: readonly FileRow[];
  readonly entries: readonly Entry[];
}

interface Options {
  /** Left out: what the columns are those of. */
  readonly kind?: Kind | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called after each part of the file. */
  readonly onRows?: (rows: number) => void;
}

const EMPTY = 'The file is empty: there is nothing to import.';
const NO_ROWS = 'The file has a header and no rows: there is nothing to import.';

/**
 * Reads a file as its parts come. Reading a part blocks for as long as the part is long: parts of 128 KiB are read in a few
 * milliseconds.
 * @throws {InvalidFile} that says what is wrong with it
 */
export async function readImport(
  parts: AsyncIterable<Uint8Array<ArrayBuffer>>,
  { kind, signal, onRows }: Options = {},
): Promise<ImportFile> {
  const splitter = new LineSplitter();
  const rows: FileRow[] = [];
  let layout: Layout | undefined;
  let entries: Entries | undefined;
  const add = (line: Line): void => {
    const row = readRow(layout!, line);
    rows.push(row);
    entries!.add(row);
  };
  const take = (line: Line): void => {
    if (line.text === '') return;
    if (layout) return add(line);
    if (typeof line.text !== 'string')
      throw new InvalidFile(`The first line cannot be read. ${line.text.message}`);
    layout = layoutOf(line.text, kind);
    entries = new Entries(layout.kind);
    if (layout.format === 'ndjson') add(line);
  };
  let isFirst = true;
  for await (const part of parts) {
    signal?.throwIfAborted();
    if (isFirst) requireReadableFile(part.subarray(0, HEAD_BYTES), formatOf(part));
    isFirst = false;
    for (const line of splitter.push(part)) take(line);
    onRows?.(rows.length);
  }
  for (const line of splitter.end()) take(line);
  if (!layout || !entries) throw new InvalidFile(EMPTY);
  if (rows.length === 0) throw new InvalidFile(NO_ROWS);
  return { ...layout, rows, entries: entries.all };
}

/** JSON begins with a brace; a table does not. */
const formatOf = (head: Uint8Array<ArrayBuffer>): Format =>
  new TextDecoder().decode(head.subarray(0, 1_024)).trimStart().startsWith('{') ? 'ndjson' : 'csv';

/**
 * How a file is read that begins with this line.
 * @throws {InvalidFile} unless its columns are those of a kind
 */
export function layoutOf(line: string, wanted?: Kind): Layout {
  const isJson = line.trimStart().startsWith('{');
  return isJson ? jsonLayout(line, wanted) : csvLayout(line, wanted);
}

function csvLayout(line: string, wanted: Kind | undefined): Layout {
  const kinds = wanted ? [wanted] : KINDS;
  const fits = Object.values(SEPARATORS).flatMap((separator) => {
    const names = parseCsvLine(line, separator)?.map((name) => name.trim()) ?? [];
    return kinds.map((kind) => ({ kind, separator, ...fitOf(kind, names) }));
  });
  const { kind, separator, known } = fits.reduce((best, fit) => (isBetter(fit, best) ? fit : best));
  if (!wanted && known === 0) throw new InvalidFile(unknownColumns(line));
  const { read, present } = csvReader(kind.columns, line, separator);
  return { kind, format: 'csv', columns: present.map(({ name }) => name), read };
}

function jsonLayout(line: string, wanted: Kind | undefined): Layout {
  const names = membersOf(line);
  const fits = (wanted ? [wanted] : KINDS).map((kind) => ({ kind, ...fitOf(kind, names) }));
  const { kind, known } = fits.reduce((best, fit) => (isBetter(fit, best) ? fit : best));
  if (!wanted && known === 0) throw new InvalidFile(unknownColumns(line));
  const readFlat = ndjsonReader(kind.columns);
  const read = (text: string) => wholeOf(kind, text) ?? readFlat(text);
  return { kind, format: 'ndjson', columns: kind.columns.all.map(({ name }) => name), read };
}

const unknownColumns = (line: string) =>
  'The first line must name the columns of batches, orders, receipts or shipments, such as ' +
  `${KINDS[0]!.columns.header}; it is: ${shorten(line)}`;

interface Fit {
  /** Columns of the kind that the file has. */
  readonly known: number;
  readonly unknown: number;
  /** Columns that the kind must have and the file lacks. */
  readonly missing: number;
}

function fitOf({ columns }: Kind, names: readonly string[]): Fit {
  const found = new Set(names.map((name) => columns.named(name)));
  const isWhole = names.includes('lines');
  const missing = columns.all.filter((column) => !('absent' in column) && !found.has(column));
  return {
    known: found.size - (found.has(undefined) ? 1 : 0),
    unknown: names.filter((name) => !columns.named(name) && !columns.isIgnored(name)).length,
    missing: isWhole ? missing.filter(({ field }) => field.endsWith('Id')).length : missing.length,
  };
}

/** A file of the kind of `a` is more likely than one of the kind of `b`. */
function isBetter(a: Fit, b: Fit): boolean {
  if ((a.known === 0) !== (b.known === 0)) return a.known > 0;
  if ((a.missing === 0) !== (b.missing === 0)) return a.missing === 0;
  if (a.unknown !== b.unknown) return a.unknown < b.unknown;
  return a.known > b.known;
}

function membersOf(line: string): string[] {
  try {
    return Object.keys(JSON.parse(line) as object);
  } catch {
    return [];
  }
}

/** A line that is the row of a bulk call already; the service checks it. */
function wholeOf({ id, isGrouped }: Kind, text: string): object | null {
  if (!isGrouped || !text.includes('"lines"')) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const body = value as Record<string, unknown> | null;
  if (typeof body !== 'object' || !Array.isArray(body?.lines)) return null;
  if (typeof body[id] !== 'string')
    throw new InvalidRow('validation-failed', `${id} is required and is a text.`, body);
  return { [id]: body[id], [WHOLE]: body };
}

/** A line as a row of the file, with all that is wrong with it. */
export function readRow(
  { kind, read }: Pick<Layout, 'kind' | 'read'>,
  { number: line, text }: Line,
): FileRow {
  try {
    if (typeof text !== 'string') throw text;
    const row = read(text) as Record<string, unknown>;
    const values = WHOLE in row ? null : kind.columns.valuesOf(row);
    return { line, text, values, row, faults: [] };
  } catch (error) {
    if (!(error instanceof InvalidRow)) throw error;
    const { reason, message, values } = error;
    const inColumns = reason === 'validation-failed' && values !== null ? kind.columns.faultsOf(values) : [];
    const faults = inColumns.length > 0 ? inColumns : [{ column: null, message }];
    return { line, text: error.text ?? String(text), values, row: null, faults };
  }
}
