import { EarmarkConnectionError, EarmarkProblem, type BulkEndBody, type Problem } from '@earmark/client';
import type { RowResult } from '../../data/bulk.js';

/** Rows of a call: see `sendRows`. */
const ROWS_OF_A_CALL = 1_000;
/** How often it goes on by itself after a lost connection or a busy service, without any row answered in between. */
const MOST_TRIES = 6;
const FIRST_WAIT_MS = 500;

export type Outcome =
  | { readonly kind: 'created' | 'existing' }
  | { readonly kind: 'refused'; readonly status: number; readonly problem: Problem };

export interface Progress {
  readonly phase: 'sending' | 'waiting' | 'stopped' | 'failed' | 'complete';
  readonly total: number;
  readonly answered: number;
  readonly created: number;
  readonly existing: number;
  readonly refused: number;
  /** Rows a second, of the time in which it was sending. */
  readonly rate: number;
  /** Why it waits or has failed. */
  readonly reason: string | null;
}

export type Send = (call: {
  readonly rows: readonly string[];
  readonly firstRow: number;
  readonly signal: AbortSignal;
  readonly onResult: (result: RowResult) => void;
}) => Promise<BulkEndBody>;

interface Options {
  readonly send: Send;
  readonly total: number;
  /** The row with this number, from 0, as JSON. */
  readonly rowAt: (index: number) => string;
  /** Called for each answer and each change of the phase. */
  readonly onChange: () => void;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now?: () => number;
}

/**
 * Sends rows in bulk calls, one after the other, so that the rows of a SKU keep their order. It remembers what became of each
 * row, so that it can be stopped at any time and go on with the first row that has no answer: a row that was carried out
 * before changes nothing.
 */
export class ImportRun {
  readonly outcomes: (Outcome | undefined)[] = [];
  #answered = 0;
  #counts = { created: 0, existing: 0, refused: 0 };
  #phase: Progress['phase'] = 'stopped';
  #reason: string | null = null;
  #sentMs = 0;
  #since: number | null = null;
  #controller = new AbortController();

  constructor(private readonly options: Options) {}

  get progress(): Progress {
    const ms = this.#sentMs + (this.#since === null ? 0 : this.#now() - this.#since);
    return {
      phase: this.#phase,
      total: this.options.total,
      answered: this.#answered,
      ...this.#counts,
      rate: ms > 0 ? Math.round((1_000 * this.#answered) / ms) : 0,
      reason: this.#reason,
    };
  }

  /** Begins, or goes on after it was stopped or has failed. */
  async run(): Promise<void> {
    if (this.#phase === 'sending' || this.#phase === 'waiting') return;
    const { signal } = (this.#controller = new AbortController());
    this.#show('sending');
    this.#since = this.#now();
    try {
      await this.#sendAll(signal);
      this.#show('complete');
    } catch (error) {
      if (signal.aborted) this.#show('stopped');
      else this.#show('failed', reasonOf(error));
    } finally {
      this.#sentMs += this.#now() - this.#since;
      this.#since = null;
      this.options.onChange();
    }
  }

  /** Rows that were sent and not answered may be carried out all the same. */
  stop(): void {
    this.#controller.abort();
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    for (let tries = 0; this.#answered < this.options.total;) {
      signal.throwIfAborted();
      const before = this.#answered;
      const again = await this.#sendSome(signal).catch((error: unknown) => retryOf(error, signal));
      if (!again) continue;
      tries = this.#answered > before ? 1 : tries + 1;
      if (tries > MOST_TRIES) throw again.error;
      this.#show('waiting', reasonOf(again.error));
      await (this.options.wait ?? delay)(Math.max(again.waitMs, FIRST_WAIT_MS * 2 ** (tries - 1)), signal);
      this.#show('sending');
    }
  }

  /** @returns why the rows that are left have to be sent again; undefined: it can go on */
  async #sendSome(signal: AbortSignal): Promise<Again | undefined> {
    const { send, rowAt, total } = this.options;
    const first = this.#answered;
    const count = Math.min(ROWS_OF_A_CALL, total - first);
    const rows = Array.from({ length: count }, (_, at) => rowAt(first + at));
    const end = await send({ rows, firstRow: first + 1, signal, onResult: (result) => this.#note(result) });
    if (end.end === 'complete') return undefined;
    const error = new Error(`${end.detail ?? 'The service has ended the call.'}`);
    if (end.end === 'failed') throw error;
    return { error, waitMs: 0 };
  }

  #note({ row, status, problem }: RowResult): void {
    const outcome: Outcome = problem
      ? { kind: 'refused', status, problem }
      : { kind: status === 201 ? 'created' : 'existing' };
    this.outcomes[row - 1] = outcome;
    this.#answered = row;
    this.#counts = { ...this.#counts, [outcome.kind]: this.#counts[outcome.kind] + 1 };
    this.options.onChange();
  }

  #show(phase: Progress['phase'], reason: string | null = null): void {
    this.#phase = phase;
    this.#reason = reason;
    this.options.onChange();
  }

  #now(): number {
    return (this.options.now ?? (() => performance.now()))();
  }
}

interface Again {
  readonly error: unknown;
  readonly waitMs: number;
}

/** @throws the error, unless it is worth while to go on after it */
function retryOf(error: unknown, signal: AbortSignal): Again {
  if (signal.aborted) throw error;
  if (error instanceof EarmarkConnectionError) return { error, waitMs: 0 };
  if (!(error instanceof EarmarkProblem) || ![429, 503].includes(error.status)) throw error;
  const seconds = Number(error.headers.get('retry-after') ?? 1);
  return { error, waitMs: 1_000 * (Number.isFinite(seconds) ? seconds : 1) };
}

function reasonOf(error: unknown): string {
  if (error instanceof EarmarkProblem) return error.problem.detail ?? error.problem.title;
  if (error instanceof EarmarkConnectionError) return 'The connection to the service is lost.';
  return error instanceof Error ? error.message : String(error);
}

const delay = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
