import { setTimeout as wait } from 'node:timers/promises';
import { Busy, DomainError } from '../../../kernel/domain/errors.js';
import type { Columns } from './columns.js';
import type { Progress } from './progress.js';
import type { Rejects } from './rejected-rows.js';
import { RepeatedRows, type Identity } from './repeated-rows.js';
import type { ReadRow, Reject, Window } from './rows.js';

/** Rows that are offered together. */
const CHUNK = 1_000;
/**
 * Chunks that are under way at a time: enough that the next transaction is never waited for, few enough that what
 * waits in a lane stays below its bound.
 */
const UNDER_WAY = 4;
/** How often a row is offered that was refused because too much is going on: each time takes 5 s by itself. */
const MOST_OFFERS = 12;
const PAUSE_MS = 1_000;

/** What has become of a row. */
export type RowResult = Taken | DomainError;

interface Taken {
  readonly isNew: boolean;
  /** Whether something that was there before is changed. */
  readonly isUpdated?: boolean;
}

/** What is done with the rows of a file: one result for each of them, in their order. Safe to repeat. */
export type SubmitRows<Row> = (rows: readonly Row[]) => Promise<readonly RowResult[]>;

export interface Summary {
  readonly rows: number;
  readonly new: number;
  /** Those that changed what was there before. */
  readonly updated: number;
  /** Those that changed nothing. */
  readonly repeated: number;
  /** How many, by their reason. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly isInterrupted: boolean;
}

interface Options<Row extends object> {
  readonly columns: Columns<Row>;
  /** Rows of one key are taken in the order of the file. */
  readonly keyOf: (row: Row) => string;
  /** A second row of the same identity is rejected. Left out: a file may repeat its rows. */
  readonly identity?: Identity<Row>;
  readonly take: SubmitRows<Row>;
  readonly rejects: Rejects;
  readonly progress: Progress;
  /** Ends the import after what is under way. */
  readonly signal: AbortSignal;
}

/**
 * Takes the rows of a file, those of one key in their order. One that is rejected is told with its line and reason,
 * and the rest goes on. Whatever ends it before its time: the same import can be run again, and what was taken is
 * only repeated.
 */
export async function importRows<Row extends object>(
  windows: AsyncIterable<Window<Row>>,
  options: Options<Row>,
): Promise<Summary> {
  const { columns, identity, rejects, progress, signal } = options;
  const tally = new Tally();
  const repeatedRows = identity && new RepeatedRows(identity, columns);
  let start = 0;
  for await (const window of windows) {
    const { rows, repeated } = repeatedRows?.sift(window.rows) ?? { rows: window.rows, repeated: [] };
    const rejected = [...window.bad, ...repeated];
    tally.reject(rejected);
    try {
      await takeWindow(
        rows,
        options,
        (share, refused) => {
          tally.reject(refused);
          rejected.push(...refused);
          progress.reached(tally.rows, start + share * (window.end - start));
        },
        tally,
      );
    } finally {
      await rejects.add(rejected.sort((a, b) => a.line - b.line));
    }
    start = window.end;
    if (signal.aborted) break;
  }
  return { ...tally.counts, isInterrupted: signal.aborted };
}

/**
 * Those of one key go together: a transaction that touches few keys loads little. Of 100,000 batches of 1,000 SKUs,
 * 500 lines in the order of a file need the stock of 400 SKUs, but of 10 where they are sorted.
 */
async function takeWindow<Row extends object>(
  rows: readonly ReadRow<Row>[],
  { columns, keyOf, take, signal }: Options<Row>,
  done: (share: number, refused: readonly Reject[]) => void,
  tally: Tally,
): Promise<void> {
  const sorted = byKey(rows, keyOf);
  const underWay = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  let taken = 0;
  for (let at = 0; at < sorted.length; at += CHUNK) {
    const chunk = sorted.slice(at, at + CHUNK);
    const work = offer(chunk, columns, take, tally, signal)
      .then((refused) => done((taken += chunk.length) / sorted.length, refused))
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => underWay.delete(work));
    underWay.add(work);
    if (underWay.size >= UNDER_WAY) await Promise.race(underWay);
    if (failure ?? signal.aborted) break;
  }
  await Promise.all(underWay);
  if (failure && !signal.aborted) throw failure.error;
}

/** The keys in the order in which they come up, and the rows of each in theirs. */
function byKey<Row>(rows: readonly ReadRow<Row>[], keyOf: (row: Row) => string): ReadRow<Row>[] {
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
 * Offers the rows until each is taken or rejected.
 * @throws {Busy} where that does not come to an end
 */
async function offer<Row extends object>(
  rows: readonly ReadRow<Row>[],
  columns: Columns<Row>,
  take: SubmitRows<Row>,
  tally: Tally,
  signal: AbortSignal,
): Promise<Reject[]> {
  const rejected: Reject[] = [];
  let waiting = rows;
  for (let offers = 1; waiting.length > 0; offers++) {
    const results = await take(waiting.map(({ row }) => row));
    const later: ReadRow<Row>[] = [];
    waiting.forEach((row, i) => {
      const result = results[i]!;
      if (!(result instanceof DomainError)) tally.took(result);
      else if (!(result instanceof Busy)) rejected.push(rejectOf(row, columns, result));
      else if (offers < MOST_OFFERS) later.push(row);
      else throw result;
    });
    if (later.length > 0) await wait(PAUSE_MS, undefined, { signal });
    waiting = later;
  }
  return rejected;
}

function rejectOf<Row extends object>(
  { line, row, text }: ReadRow<Row>,
  columns: Columns<Row>,
  { code, message }: DomainError,
): Reject {
  return { line, reason: code, message, text, values: columns.valuesOf(row) };
}

class Tally {
  #new = 0;
  #updated = 0;
  #repeated = 0;
  readonly #rejected = new Map<string, number>();

  took({ isNew, isUpdated }: Taken): void {
    if (isNew) this.#new++;
    else if (isUpdated) this.#updated++;
    else this.#repeated++;
  }

  reject(rejects: readonly Reject[]): void {
    for (const { reason } of rejects) this.#rejected.set(reason, (this.#rejected.get(reason) ?? 0) + 1);
  }

  get rows(): number {
    return [...this.#rejected.values()].reduce(
      (sum, count) => sum + count,
      this.#new + this.#updated + this.#repeated,
    );
  }

  get counts() {
    const rejected = Object.fromEntries([...this.#rejected].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { rows: this.rows, new: this.#new, updated: this.#updated, repeated: this.#repeated, rejected };
  }
}
