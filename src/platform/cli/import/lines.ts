import { isUtf8 } from 'node:buffer';
import { InvalidRow } from './row-reader.js';

/** No valid row comes near this size; a longer line must not fill the memory. */
const LONGEST_LINE_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';

/** A line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Or why it cannot be read. */
  readonly text: string | InvalidRow;
  /** Bytes of the file up to the end of this line. */
  readonly end: number;
}

/**
 * Splits a stream of UTF-8 into lines, ended by LF or CRLF. It holds one line at most, and nothing of a line that is
 * longer than 1 MiB.
 */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let held = 0;
  let number = 0;
  let end = 0;
  const hold = (part: Buffer): void => {
    held += part.length;
    if (held > LONGEST_LINE_BYTES) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const take = (): Line => {
    const text = held > LONGEST_LINE_BYTES ? tooLong() : textOf(parts, number === 0);
    parts = [];
    held = 0;
    return { number: ++number, text, end };
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
      hold(chunk.subarray(start, at));
      end += at + 1 - start;
      start = at + 1;
      yield take();
    }
    hold(chunk.subarray(start));
    end += chunk.length - start;
  }
  if (held > 0) yield take();
}

const tooLong = () => new InvalidRow('row-too-long', 'The row is longer than 1 MiB.', null, '');

function textOf(parts: readonly Buffer[], isFirst: boolean): string | InvalidRow {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  if (!isUtf8(bytes)) {
    const why = 'The row is not UTF-8, perhaps Windows-1252 or Latin-1: save the file as UTF-8.';
    return new InvalidRow('not-utf-8', why, null, '');
  }
  const length = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  const text = bytes.toString('utf8', 0, length);
  return isFirst && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}
