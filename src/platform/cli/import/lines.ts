import { isUtf8 } from 'node:buffer';

/** No valid row comes near this size; a longer line must not fill the memory. */
const LONGEST_LINE_BYTES = 1024 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = '\uFEFF';

/** A line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** null if it cannot be read: `unreadable` says why. */
  readonly text: string | null;
  readonly unreadable?: 'row-too-long' | 'not-utf-8';
  /** Bytes of the file up to the end of this line. */
  readonly end: number;
}

/**
 * Splits a stream of UTF-8 into lines, ended by LF or CRLF. It holds one line at most, and nothing of a line that is
 * longer than 1 MiB.
 */
export class Lines {
  #parts: Buffer[] = [];
  #held = 0;
  #isTooLong = false;
  #number = 0;
  #end = 0;

  /** The lines that end in this chunk. */
  *push(chunk: Buffer): Generator<Line> {
    let start = 0;
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, start)) {
      this.#hold(chunk.subarray(start, at));
      this.#end += at + 1 - start;
      start = at + 1;
      yield this.#take();
    }
    this.#hold(chunk.subarray(start));
    this.#end += chunk.length - start;
  }

  /** The last line, if the file does not end in a line feed. */
  *rest(): Generator<Line> {
    if (this.#held > 0 || this.#isTooLong) yield this.#take();
  }

  #hold(part: Buffer): void {
    this.#held += part.length;
    this.#isTooLong ||= this.#held > LONGEST_LINE_BYTES;
    if (this.#isTooLong) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): Line {
    const bytes = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const isTooLong = this.#isTooLong;
    this.#parts = [];
    this.#held = 0;
    this.#isTooLong = false;
    const at = { number: ++this.#number, end: this.#end };
    if (isTooLong) return { ...at, text: null, unreadable: 'row-too-long' };
    if (!isUtf8(bytes)) return { ...at, text: null, unreadable: 'not-utf-8' };
    const text = bytes.toString(
      'utf8',
      0,
      bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length,
    );
    return { ...at, text: at.number === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text };
  }
}
