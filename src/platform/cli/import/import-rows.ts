import { setTimeout as wait } from 'node:timers/promises';
import { Busy, DomainError } from '../../../kernel/domain/errors.js';
import type { Columns } from './columns.js';
import type { ImportProgress } from './import-progress.js';
import type { RejectedRows } from './rejected-rows.js';
import { RepeatedRows, type Identity } from './repeated-rows.js';
import { RowGroups, type Grouping } from './row-groups.js';
import type { ReadRow, RejectedRow, Window } from './rows.js';

const CHUNK_ROWS = 1_024;
/** Of a chunk that goes on to the end of its last key. */
const MOST_CHUNK_ROWS = 2_048;
/**
 * Chunks that are submitted at a time: enough that a next transaction is always ready, few enough that the queue of a
 * lane does not overflow.
 */
const CONCURRENT_CHUNKS = 4;
/** How often a row is submitted that is refused as busy: each attempt takes 5 s by itself. */
const MOST_ATTEMPTS = 12;
const RETRY_DELAY_MS = 1_000;

export type RowResult = Accepted | DomainError;

interface Accepted {
  readonly isNew: boolean;
  /** Whether the row changed something that existed before. */
  readonly isUpdated?: boolean;
}

/** Submits rows; resolves with one result for each, in the same order. Safe to repeat. */
export type SubmitRows<Row> = (rows: readonly Row[]) => Promise<readonly RowResult[]>;

export interface Summary {
  readonly rows: number;
  readonly new: number;
  readonly updated: number;
  readonly repeated: number;
  /** Counts by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly isInterrupted: boolean;
}

export interface RowRules<Row extends object> {
  readonly columns: Columns<Row>;
  /** Rows with the same key are submitted in the order of the file. */
  readonly keyOf: (row: Row) => string;
  /** A second row with the same identity is rejected. Without it a file may repeat its rows. */
  readonly identity?: Identity<Row>;
  /**
   * Rows that are accepted or refused together. Those of a group are submitted at once, groups in the order of the file;
   * what is submitted gives all of them the same result.
   */
  readonly grouping?: Grouping<Row> | undefined;
}

interface Options<Row extends object> extends RowRules<Row> {
  readonly submit: SubmitRows<Row>;
  readonly rejectedRows: RejectedRows;
  readonly progress: ImportProgress;
  /** Ends the import after the chunks in progress. */
  readonly signal: AbortSignal;
}

/**
 * Imports the rows of a file, those of one key in their order. Rejected rows are reported and do not stop the import.
 * If it ends early, the same import can be run again: rows that were accepted before count as repeated.
 * @throws whatever `submit` throws, after the chunks in progress; {Busy} if a row stays busy
 */
export async function importRows<Row extends object>(
  windows: AsyncIterable<Window<Row>>,
  options: Options<Row>,
): Promise<Summary> {
  const { columns, identity, grouping, rejectedRows, progress, signal } = options;
  const tally = new Tally();
  const repeatedRows = identity && !grouping ? new RepeatedRows(identity, columns) : undefined;
  const gathered = grouping ? new RowGroups(grouping, columns).gather(windows) : windows;
  let start = 0;
  for await (const window of gathered) {
    const { rows, repeated } = repeatedRows?.split(window.rows) ?? {
      rows: window.rows,
      repeated: [],
    };
    const rejected = [...window.rejected, ...repeated];
    tally.reject(rejected);
    try {
      await submitWindow(rows, options, tally, (share, refused) => {
        tally.reject(refused);
        rejected.push(...refused);
        progress.reached(tally.rows, start + share * (window.end - start));
      });
    } finally {
      await rejectedRows.add(rejected.sort((a, b) => a.line - b.line));
    }
    start = window.end;
    if (signal.aborted) break;
  }
  return { ...tally.counts, isInterrupted: signal.aborted };
}

/**
 * Submits the rows of a window sorted by key, since a transaction that touches few keys loads little: with 100,000
 * batches of 1,000 SKUs, 500 lines in the order of a file need the stock of 400 SKUs, sorted only that of 10.
 * @param onProgress called after each chunk with the share of the window that is done and the rows that were refused
 */
async function submitWindow<Row extends object>(
  rows: readonly ReadRow<Row>[],
  options: Options<Row>,
  tally: Tally,
  onProgress: (share: number, refused: readonly RejectedRow[]) => void,
): Promise<void> {
  const { signal, grouping } = options;
  const sorted = grouping ? rows : sortByKey(rows, options.keyOf);
  const nameOf = grouping ? (row: Row) => row[grouping.field] : options.keyOf;
  const inProgress = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let submitted = 0;
  let last: unknown;
  for (const chunk of chunksOf(sorted, nameOf)) {
    // Chunks overtake each other.
    if (nameOf(chunk[0]!.row) === last) await Promise.all(inProgress);
    last = nameOf(chunk.at(-1)!.row);
    if (failure ?? signal.aborted) break;
    const work = submitChunk(chunk, options, tally)
      .then((refused) => onProgress((submitted += chunk.length) / sorted.length, refused))
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => inProgress.delete(work));
    inProgress.add(work);
    if (inProgress.size >= CONCURRENT_CHUNKS) await Promise.race(inProgress);
    if (failure ?? signal.aborted) break;
  }
  await Promise.all(inProgress);
  if (failure && !signal.aborted) throw failure.error;
}

/**
 * A thousand rows, and the rest of those with the key that they end in: two chunks with a key in common would wait for each
 * other's transaction.
 */
function* chunksOf<Row extends object>(
  rows: readonly ReadRow<Row>[],
  nameOf: (row: Row) => unknown,
): Generator<readonly ReadRow<Row>[]> {
  let at = 0;
  while (at < rows.length) {
    const start = at;
    const most = Math.min(start + MOST_CHUNK_ROWS, rows.length);
    at = Math.min(start + CHUNK_ROWS, most);
    while (at < most && nameOf(rows[at]!.row) === nameOf(rows[at - 1]!.row)) at++;
    yield rows.slice(start, at);
  }
}

/** Groups rows by key; keys and the rows of each keep the order of the file. */
function sortByKey<Row>(rows: readonly ReadRow<Row>[], keyOf: (row: Row) => string): ReadRow<Row>[] {
  const keys = new Map<string, ReadRow<Row>[]>();
  for (const row of rows) {
    const key = keyOf(row.row);
    const ofKey = keys.get(key);
    if (ofKey) ofKey.push(row);
    else keys.set(key, [row]);
  }
  return [...keys.values()].flat();
}

/**
 * Submits rows until each is accepted or refused.
 * @returns the rows that were refused
 * @throws {Busy} if a row is still busy after `MOST_ATTEMPTS`
 */
async function submitChunk<Row extends object>(
  rows: readonly ReadRow<Row>[],
  { columns, submit, signal }: Options<Row>,
  tally: Tally,
): Promise<RejectedRow[]> {
  const refused: RejectedRow[] = [];
  let pending = rows;
  for (let attempt = 1; pending.length > 0; attempt++) {
    const results = await submit(pending.map(({ row }) => row));
    const busy: ReadRow<Row>[] = [];
    pending.forEach((row, i) => {
      const result = results[i]!;
      if (!(result instanceof DomainError)) tally.accept(result);
      else if (!(result instanceof Busy)) refused.push(rejectedRow(row, columns, result));
      else if (attempt < MOST_ATTEMPTS) busy.push(row);
      else throw result;
    });
    if (busy.length > 0) await wait(RETRY_DELAY_MS, undefined, { signal });
    pending = busy;
  }
  return refused;
}

function rejectedRow<Row extends object>(
  { line, row, text }: ReadRow<Row>,
  columns: Columns<Row>,
  { code, message }: DomainError,
): RejectedRow {
  return { line, reason: code, message, text, values: columns.valuesOf(row) };
}

class Tally {
  readonly #accepted = { new: 0, updated: 0, repeated: 0 };
  readonly #rejected = new Map<string, number>();

  accept({ isNew, isUpdated }: Accepted): void {
    this.#accepted[isNew ? 'new' : isUpdated ? 'updated' : 'repeated']++;
  }

  reject(rows: readonly RejectedRow[]): void {
    for (const { reason } of rows) this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
  }

  get rows(): number {
    const counts = [...Object.values(this.#accepted), ...this.#rejected.values()];
    return counts.reduce((sum, count) => sum + count, 0);
  }

  get counts() {
    const rejected = Object.fromEntries([...this.#rejected].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { rows: this.rows, ...this.#accepted, rejected };
  }
}
