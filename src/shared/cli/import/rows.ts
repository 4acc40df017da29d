import { BadRow, type Columns, type RowReader } from './columns.js';
import { Lines, type Line } from './lines.js';
import type { Source } from './source.js';

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
    super('The file is empty.');
  }
}

/**
 * Reads the rows of a file, a window at a time and no faster than they are taken. Empty lines are passed over.
 * @throws {WrongHeader | EmptyFile}
 */
export async function* readRows<Row extends object>(
  source: Source,
  columns: Columns<Row>,
): AsyncGenerator<Window<Row>> {
  let reader: RowReader<Row> | undefined = source.format === 'ndjson' ? columns.ndjson : undefined;
  let window = emptyWindow<Row>();
  let start = 0;
  let lines = 0;
  for await (const line of linesOf(source.chunks)) {
    lines++;
    window.end = line.end;
    if (line.text === '') continue;
    if (reader) readInto(window, reader, line);
    else reader = columns.csv(line.text ?? '');
    const isFull = window.rows.length + window.bad.length >= MOST_ROWS || line.end - start >= MOST_BYTES;
    if (!isFull) continue;
    yield window;
    start = line.end;
    window = emptyWindow();
  }
  if (lines === 0 || !reader) throw new EmptyFile();
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
    window.bad.push({ line: number, reason: unreadable!, message: UNREADABLE[unreadable!], text: '' });
    return;
  }
  try {
    window.rows.push({ line: number, row: reader(text), text });
  } catch (error) {
    if (!(error instanceof BadRow)) throw error;
    window.bad.push({ line: number, reason: error.reason, message: error.message, text });
  }
}

const UNREADABLE = {
  'row-too-long': 'The row is longer than 1 MiB.',
  'not-utf-8': 'The row is not UTF-8.',
} as const;

function emptyWindow<Row>(): Window<Row> {
  return { rows: [], bad: [], end: 0 };
}
