import { hash } from 'node:crypto';
import type { Columns } from './columns.js';
import type { ReadRow, RejectedRow } from './rows.js';

/** What identifies a row: a file may have one row for each identity. */
export interface Identity<Row> {
  /** Its codes. */
  readonly of: (row: Row) => readonly string[];
  /** For messages, e.g. `order o-7 with SKU TABLE`. */
  readonly describe: (row: Row) => string;
  /** What the user can do about a repetition, as a sentence. */
  readonly advice?: string;
}

/**
 * Rejects a row whose identity an earlier line of the file has, even if both are equal: within one file nobody can know
 * whether one or two are meant. This does not affect a file that is imported again.
 */
export class RepeatedRows<Row extends object> {
  readonly #lines = new FirstLines();

  constructor(
    private readonly identity: Identity<Row>,
    private readonly columns: Columns<Row>,
  ) {}

  /**
   * Splits off the repeated rows.
   * @param rows in the order of the file
   */
  split(rows: readonly ReadRow<Row>[]): { rows: ReadRow<Row>[]; repeated: RejectedRow[] } {
    const first: ReadRow<Row>[] = [];
    const repeated: RejectedRow[] = [];
    for (const row of rows) {
      const line = this.#lines.add(this.identity.of(row.row), row.line);
      if (line === undefined) first.push(row);
      else repeated.push(this.#rejectOf(row, line));
    }
    return { rows: first, repeated };
  }

  #rejectOf({ line, row, text }: ReadRow<Row>, first: number): RejectedRow {
    const { describe, advice } = this.identity;
    const message = `Line ${first} of this file already has ${describe(row)}.${advice ? ` ${advice}` : ''}`;
    return { line, reason: 'repeated-row', message, text, values: this.columns.valuesOf(row) };
  }
}

/** 32-bit words of an entry: three for the hash of the key, one for the line. */
const ENTRY = 4;
const FEWEST_ENTRIES = 1_024;

/**
 * The first line of each key in a file. It stores 96 bits of the key's hash instead of the key: 16 bytes per entry in a
 * table that is at most half full, so 32 to 64 bytes per row, and 32 MiB for a million rows. The probability that two keys
 * of such a file share a hash is below 10^-16.
 */
export class FirstLines {
  #table = new Uint32Array(FEWEST_ENTRIES * ENTRY);
  #count = 0;

  /** @returns the earlier line with this key; undefined if this is the first */
  add(key: readonly string[], line: number): number | undefined {
    // A code contains no control character, so that the joined text is unambiguous.
    const digest = hash('sha1', key.join('\n'));
    const [a, b, c] = [wordAt(digest, 0), wordAt(digest, 8), wordAt(digest, 16)];
    const at = this.#find(a, b, c);
    const known = this.#table[at + 3]!;
    if (known !== 0) return known;
    this.#write(at, a, b, c, line);
    if (++this.#count * ENTRY * 2 > this.#table.length) this.#grow();
    return undefined;
  }

  /** The index of the entry, or of the free place for it. Lines count from 1, so a line of 0 means free. */
  #find(a: number, b: number, c: number): number {
    const table = this.#table;
    const places = table.length / ENTRY;
    for (let place = a % places; ; place = (place + 1) % places) {
      const at = place * ENTRY;
      if (table[at + 3] === 0 || (table[at] === a && table[at + 1] === b && table[at + 2] === c)) return at;
    }
  }

  #grow(): void {
    const before = this.#table;
    this.#table = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += ENTRY) {
      const [a, b, c, line] = [before[at]!, before[at + 1]!, before[at + 2]!, before[at + 3]!];
      if (line !== 0) this.#write(this.#find(a, b, c), a, b, c, line);
    }
  }

  #write(at: number, a: number, b: number, c: number, line: number): void {
    this.#table[at] = a;
    this.#table[at + 1] = b;
    this.#table[at + 2] = c;
    this.#table[at + 3] = line;
  }
}

/** 32 bits of a hexadecimal text. */
function wordAt(digest: string, at: number): number {
  return Number.parseInt(digest.slice(at, at + 8), 16);
}
