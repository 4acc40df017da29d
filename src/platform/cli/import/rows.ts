import { BadRow } from './bad-row.js';
import type { Columns, NamedColumn, RowReader } from './columns.js';
import { csvReader } from './csv-reader.js';
import { Lines, type Line } from './lines.js';
import { ndjsonReader } from './ndjson-reader.js';
import type { Numbering } from './numbering.js';
import type { Source } from '../source.js';
import { HEAD_BYTES, requireReadableFile, InvalidFile } from './wrong-file.js';

/** Rows that are read before they are handed on, */
const MOST_ROWS = 50_000;
/** and their bytes, so that long lines do not fill the memory either. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A row that was read. */
export interface ReadRow<Row> {
  readonly line: number;
  readonly row: Row;
  /** As it stands in the file. */
  readonly text: string;
}

/** A row that was not taken. */
export interface Reject {
  readonly line: number;
  /** For machines, as a problem's code in REST. */
  readonly reason: string;
  /** For people. */
  readonly message: string;
  /** As it stands in the file; empty where it cannot be read at all. */
  readonly text: string;
  /** What could be read of it, by the names of the columns; null if it could not be split. */
  readonly values: Readonly<Record<string, unknown>> | null;
}

/** A stretch of a file. */
export interface Window<Row> {
  readonly rows: ReadRow<Row>[];
  readonly bad: Reject[];
  /** Bytes of the file up to its end. */
  end: number;
}

/** There is not even a header. */
export class EmptyFile extends Error {
  constructor() {
    super('The file is empty: there is nothing to import.');
  }
}

/** There is a header, and nothing else. */
export class NoRows extends Error {
  constructor() {
    super('The file has a header and no rows: there is nothing to import.');
  }
}

/** A file whose beginning is that of a file of rows. */
export interface Rows<Row> {
  /** The columns that it has. */
  readonly columns: readonly NamedColumn[];
  readonly windows: AsyncIterable<Window<Row>>;
}

interface Reading {
  /** Between two cells of CSV. */
  readonly separator?: string | undefined;
  /** Makes references of one file differ. */
  readonly numbering?: Numbering | undefined;
}

/**
 * Reads how a file begins. Its rows come a window at a time and no faster than they are taken; empty lines are passed
 * over.
 * @throws {InvalidFile | InvalidHeader | EmptyFile} and when the windows are read {NoRows}
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
    const lines = linesOf(behind(head, chunks));
    if (source.format === 'ndjson') {
      if (head.length === 0) throw new EmptyFile();
      const reader = ndjsonReader(columns, numbering);
      return { columns: columns.all, windows: windowsOf(lines, reader, EmptyFile) };
    }
    const header = await firstLine(lines);
    const { read, present } = csvReader(columns, header, separator, numbering);
    return { columns: present, windows: windowsOf(lines, read, NoRows) };
  } catch (error) {
    await chunks.return?.();
    throw error;
  }
}

/** The first bytes: enough to judge the file, or all of it. */
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

async function* behind(head: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => chunks };
}

async function firstLine(lines: AsyncGenerator<Line>): Promise<string> {
  for (;;) {
    const next = await lines.next();
    if (next.done) throw new EmptyFile();
    const { text, unreadable } = next.value;
    if (text === null) throw new InvalidFile(`The first line cannot be read. ${UNREADABLE[unreadable!]}`);
    if (text !== '') return text;
  }
}

async function* windowsOf<Row>(
  lines: AsyncGenerator<Line>,
  reader: RowReader<Row>,
  Nothing: new () => Error,
): AsyncGenerator<Window<Row>> {
  let window = emptyWindow<Row>();
  let start = 0;
  let isNothing = true;
  for await (const line of lines) {
    window.end = line.end;
    if (line.text === '') continue;
    isNothing = false;
    readInto(window, reader, line);
    const isFull = window.rows.length + window.bad.length >= MOST_ROWS || line.end - start >= MOST_BYTES;
    if (!isFull) continue;
    yield window;
    start = line.end;
    window = emptyWindow();
  }
  if (isNothing) throw new Nothing();
  yield window;
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const lines = new Lines();
  for await (const chunk of chunks) yield* lines.push(chunk);
  yield* lines.rest();
}

function readInto<Row>(
  window: Window<Row>,
  reader: RowReader<Row>,
  { number, text, unreadable }: Line,
): void {
  if (text === null) {
    window.bad.push({
      line: number,
      reason: unreadable!,
      message: UNREADABLE[unreadable!],
      text: '',
      values: null,
    });
    return;
  }
  try {
    window.rows.push({ line: number, row: reader(text), text });
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    const { reason, message, values } = error;
    window.bad.push({ line: number, reason, message, text: error.text ?? text, values });
  }
}

const UNREADABLE = {
  'row-too-long': 'The row is longer than 1 MiB.',
  'not-utf-8': 'The row is not UTF-8, but perhaps Windows-1252 or Latin-1: save the file as UTF-8.',
} as const;

function emptyWindow<Row>(): Window<Row> {
  return { rows: [], bad: [], end: 0 };
}
