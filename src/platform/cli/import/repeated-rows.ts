import type { Columns } from './columns.js';
import { FirstLines } from './first-lines.js';
import type { ReadRow, Reject } from './rows.js';

/** By which a row of a file is known: a file has one row for each. */
export interface Identity<Row> {
  /** The codes that make it up. */
  readonly of: (row: Row) => readonly string[];
  /** What stands in an earlier line already, e.g. `order o-7 with SKU TABLE`. */
  readonly says: (row: Row) => string;
  /** What can be done about it, in a sentence. */
  readonly advice?: string;
}

/**
 * Rejects a row whose identity an earlier line of the file has, also when both say the same: within one file nobody can
 * tell whether it is meant as one or as two. A file that is imported again is not touched by this.
 */
export class RepeatedRows<Row extends object> {
  readonly #identity: Identity<Row>;
  readonly #columns: Columns<Row>;
  readonly #lines = new FirstLines();

  constructor(identity: Identity<Row>, columns: Columns<Row>) {
    this.#identity = identity;
    this.#columns = columns;
  }

  /** @param rows in the order of the file */
  sift(rows: readonly ReadRow<Row>[]): { rows: ReadRow<Row>[]; repeated: Reject[] } {
    const first: ReadRow<Row>[] = [];
    const repeated: Reject[] = [];
    for (const row of rows) {
      const line = this.#lines.note(this.#identity.of(row.row), row.line);
      if (line === undefined) first.push(row);
      else repeated.push(this.#rejectOf(row, line));
    }
    return { rows: first, repeated };
  }

  #rejectOf({ line, row, text }: ReadRow<Row>, first: number): Reject {
    const { says, advice } = this.#identity;
    const message = `Line ${first} of this file has ${says(row)} already.${advice ? ` ${advice}` : ''}`;
    return { line, reason: 'repeated-row', message, text, values: this.#columns.valuesOf(row) };
  }
}
