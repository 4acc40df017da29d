import { InvalidRow } from '../../../../src/platform/cli/import/row-reader.js';

/** No valid row comes near this size; a longer line must not fill the memory. */
const LONGEST_LINE_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end; or why it cannot be read. */
  readonly text: string | InvalidRow;
}

/** Splits the bytes of a file into lines of UTF-8 that end in LF or CRLF. A byte order mark is left out. */
export class LineSplitter {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #parts: Uint8Array[] = [];
  #held = 0;
  #number = 0;

  /** @returns the lines that end in this part of the file */
  push(bytes: Uint8Array): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, start)) {
      this.#hold(bytes.subarray(start, at));
      lines.push(this.#take());
      start = at + 1;
    }
    this.#hold(bytes.subarray(start));
    return lines;
  }

  /** @returns the last line, if it has no end of its own */
  end(): Line[] {
    return this.#held > 0 ? [this.#take()] : [];
  }

  #hold(part: Uint8Array): void {
    this.#held += part.length;
    if (this.#held > LONGEST_LINE_BYTES) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #take(): Line {
    const text = this.#held > LONGEST_LINE_BYTES ? tooLong() : this.#read();
    this.#parts = [];
    this.#held = 0;
    return { number: ++this.#number, text };
  }

  #read(): string | InvalidRow {
    try {
      const bytes = this.#parts.length === 1 ? this.#parts[0] : joined(this.#parts);
      const line = this.#decoder.decode(bytes).replace(/\r$/, '');
      return this.#number === 0 ? line.replace(/^\uFEFF/, '') : line;
    } catch {
      return notUtf8();
    }
  }
}

const tooLong = () => new InvalidRow('row-too-long', 'The row is longer than 1 MiB.', null, '');
const notUtf8 = () =>
  new InvalidRow(
    'not-utf-8',
    'The row is not UTF-8, perhaps Windows-1252 or Latin-1: save the file as UTF-8.',
    null,
    '',
  );

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
