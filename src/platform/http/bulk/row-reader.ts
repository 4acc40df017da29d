import type { Readable } from 'node:stream';
import { linesOf, type Line } from '../../cli/import/lines.js';
import { WakeableDelay } from '../../../kernel/lifecycle/wakeable-delay.js';
import { payloadTooLarge, Problem } from '../problems/problem.js';
import { malformedJson, parseJson } from '../protocol/json-body.js';

/** Rows that are handed out at once, and so many again that are read ahead: with fewer a transaction is not full. */
const MOST_ROWS = 4_096;
/** Characters of these rows, so that long ones do not fill the memory. */
const MOST_CHARACTERS = 512 * 1_024;
const LONGEST_ROW_BYTES = 1_024 * 1_024;
/** How long a row may take to arrive, as any other request. */
const ARRIVAL_MS = 30_000;

/** What a row asks for, or why it cannot be read. */
export type ReadRow<Row> =
  | { readonly row: number; readonly value: Row }
  | { readonly row: number; readonly problem: Problem };

/**
 * Reads the rows of a body ahead, and stops reading when enough of them wait: what a client sends beyond that waits in its own
 * machine. Rows that have arrived are handed out at once, however few they are: those that arrive while they are carried out
 * come together.
 */
export class RowReader<Row> {
  readonly #arrived = new WakeableDelay();
  readonly #taken = new WakeableDelay();
  #rows: ReadRow<Row>[] = [];
  #characters = 0;
  #next: number;
  #isOver = false;
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param read makes a row of what a line holds
   * @param first the number of the first line
   */
  constructor(
    private readonly body: Readable,
    private readonly read: (value: unknown) => unknown,
    first: number,
    private readonly arrivalMs = ARRIVAL_MS,
  ) {
    this.#next = first;
    void this.#readAhead();
  }

  /** The number of the line after the last that was read. */
  get next(): number {
    return this.#next;
  }

  /**
   * Waits for a row.
   * @returns rows in their order; none if there are no more, undefined if none has arrived in time
   * @throws whatever the body fails with
   */
  async take(): Promise<readonly ReadRow<Row>[] | undefined> {
    if (this.#rows.length === 0 && !this.#isOver && !this.#isClosed) {
      this.#arrived.clear();
      await this.#arrived.wait(this.arrivalMs);
      // Those that have arrived with it are read in this turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (this.#failure) throw this.#failure.error;
    if (this.#rows.length === 0) return this.#isOver || this.#isClosed ? [] : undefined;
    const rows = this.#rows;
    this.#rows = [];
    this.#characters = 0;
    this.#taken.wake();
    return rows;
  }

  /** Reads no more rows. What still arrives is thrown away, so that the client can be answered. */
  close(): void {
    this.#isClosed = true;
    this.#rows = [];
    this.#arrived.wake();
    this.#taken.wake();
  }

  async #readAhead(): Promise<void> {
    // Ending the iterator would otherwise end the connection, over which the answer still goes.
    const chunks = this.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    try {
      for await (const line of linesOf(chunks)) {
        if (this.#isClosed) break;
        const row = this.#next++;
        if (isBlank(line)) continue;
        const read = this.#readLine(row, line);
        this.#add(read instanceof Promise ? await read : read, line);
        if (this.#rows.length >= MOST_ROWS || this.#characters >= MOST_CHARACTERS) await this.#untilTaken();
      }
      this.#isOver = true;
    } catch (error) {
      this.#failure = { error };
    }
    this.#arrived.wake();
    if (this.#isClosed) this.body.resume();
  }

  async #untilTaken(): Promise<void> {
    this.#taken.clear();
    while (this.#rows.length > 0 && !this.#isClosed) await this.#taken.wait(this.arrivalMs);
  }

  #add(row: ReadRow<Row>, { text }: Line): void {
    this.#rows.push(row);
    this.#characters += typeof text === 'string' ? text.length : 0;
    if (this.#rows.length === 1) this.#arrived.wake();
  }

  #readLine(row: number, { text }: Line): ReadRow<Row> | Promise<ReadRow<Row>> {
    const asProblem = (error: unknown) => {
      if (error instanceof Problem) return { row, problem: error };
      throw error;
    };
    try {
      if (typeof text !== 'string') throw problemOfLine(text.reason);
      const value = this.read(parseJson(text));
      if (value instanceof Promise) return value.then((value: Row) => ({ row, value }), asProblem);
      return { row, value: value as Row };
    } catch (error) {
      return asProblem(error);
    }
  }
}

function isBlank({ text }: Line): boolean {
  return typeof text === 'string' && text.trim() === '';
}

function problemOfLine(reason: string): Problem {
  return reason === 'row-too-long'
    ? payloadTooLarge(LONGEST_ROW_BYTES, 'row')
    : malformedJson('it is not UTF-8');
}
