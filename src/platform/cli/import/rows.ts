import type { Columns, NamedColumn } from './columns.js';
import { csvReader } from './csv-reader.js';
import { HEAD_BYTES, InvalidFile, requireReadableFile } from './invalid-file.js';
import { linesOf, type Line } from './lines.js';
import { ndjsonReader } from './ndjson-reader.js';
import { InvalidRow, type Numbering, type RowReader } from './row-reader.js';
import type { Source } from './source.js';

/** Rows of a window. */
const MOST_ROWS = 50_000;
/** Bytes of a window, so that long lines do not fill the memory. */
const MOST_BYTES = 16 * 1024 * 1024;

export interface ReadRow<Row> {
  readonly line: number;
  readonly row: Row;
  /** As in the file. */
  readonly text: string;
}

/** A row that is invalid or was refused. */
export interface RejectedRow {
  readonly line: number;
  /** For programs, as the code of a problem in REST. */
  readonly reason: string;
  readonly message: string;
  /** As in the file; empty if it cannot be read. */
  readonly text: string;
  /** By column, as far as they could be read; null if the line could not be split. */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/** A slice of a file. */
export interface Window<Row> {
  readonly rows: ReadRow<Row>[];
  readonly rejected: RejectedRow[];
  /** Bytes of the file up to the end of the window. */
  end: number;
}

const EMPTY = 'The file is empty: there is nothing to import.';
const NO_ROWS = 'The file has a header and no rows: there is nothing to import.';

/** A file whose header or first bytes are valid. */
export interface Rows<Row> {
  readonly columns: readonly NamedColumn[];
  readonly windows: AsyncIterable<Window<Row>>;
}

interface Reading {
  /** Of CSV. */
  readonly separator?: string | undefined;
  /** Numbers the references of the file, so that they are unique. */
  readonly numbering?: Numbering | undefined;
}

/**
 * Reads the beginning of a file. Its rows come in windows, no faster than they are consumed; empty lines are ignored.
 * @throws {InvalidFile} now, or when the windows are read and have no rows
 */
export async function openRows<Row extends object>(
  source: Source,
  columns: Columns<Row>,
  { separator, numbering }: Reading = {},
): Promise<Rows<Row>> {
  const chunks = source.chunks[Symbol.asyncIterator]();
  try {
    const head = await headOf(chunks);
    requireReadableFile(head, source.format);
    const lines = linesOf(prepend(head, chunks));
    if (source.format === 'ndjson') {
      if (head.length === 0) throw new InvalidFile(EMPTY);
      return { columns: columns.all, windows: windowsOf(lines, ndjsonReader(columns, numbering), EMPTY) };
    }
    const { read, present } = csvReader(columns, await firstLine(lines), separator, numbering);
    return { columns: present, windows: windowsOf(lines, read, NO_ROWS) };
  } catch (error) {
    await chunks.return?.();
    throw error;
  }
}

/** The first `HEAD_BYTES` or more, or all of a shorter file. */
async function headOf(chunks: AsyncIterator<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let length = 0; length < HEAD_BYTES;) {
    const next = await chunks.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(parts);
}

async function* prepend(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => chunks };
}

async function firstLine(lines: AsyncGenerator<Line>): Promise<string> {
  for (;;) {
    const next = await lines.next();
    if (next.done) throw new InvalidFile(EMPTY);
    const { text } = next.value;
    if (typeof text !== 'string') throw new InvalidFile(`The first line cannot be read. ${text.message}`);
    if (text !== '') return text;
  }
}

/** @param none the message if there is no row */
async function* windowsOf<Row>(
  lines: AsyncGenerator<Line>,
  reader: RowReader<Row>,
  none: string,
): AsyncGenerator<Window<Row>> {
  let window: Window<Row> = { rows: [], rejected: [], end: 0 };
  let start = 0;
  let isNothing = true;
  for await (const line of lines) {
    window.end = line.end;
    if (line.text === '') continue;
    isNothing = false;
    readInto(window, reader, line);
    const isFull = window.rows.length + window.rejected.length >= MOST_ROWS || line.end - start >= MOST_BYTES;
    if (!isFull) continue;
    yield window;
    start = line.end;
    window = { rows: [], rejected: [], end: 0 };
  }
  if (isNothing) throw new InvalidFile(none);
  yield window;
}

function readInto<Row>(window: Window<Row>, reader: RowReader<Row>, { number: line, text }: Line): void {
  try {
    if (typeof text !== 'string') throw text;
    window.rows.push({ line, row: reader(text), text });
  } catch (error) {
    if (!(error instanceof InvalidRow)) throw error;
    const { reason, message, values } = error;
    window.rejected.push({ line, reason, message, text: error.text ?? String(text), values });
  }
}
