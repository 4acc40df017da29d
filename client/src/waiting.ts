/** The longest that a timer can wait. */
const LONGEST_MS = 2 ** 31 - 1;

/** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
export function delay(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(reasonOf(signal!));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', abort);
        resolve();
      },
      Math.min(ms, LONGEST_MS),
    );
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Ends work by a signal when its time is over, or when another signal ends it. */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | null | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /**
   * @param outer also ends the work
   * @param missed what did not come in time
   */
  constructor(
    ms: number,
    outer: AbortSignal | null | undefined,
    private readonly missed = 'no answer',
  ) {
    this.#outer = outer;
    this.restart(ms);
    if (outer?.aborted) this.#abort();
    else outer?.addEventListener('abort', this.#abort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether the time was over before the work was done. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Gives the work so long from now on. */
  restart(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        this.#isOver = true;
        this.#controller.abort(new Error(`${this.missed} within ${ms} ms`));
      },
      Math.min(ms, LONGEST_MS),
    );
  }

  /** Stops the clock; the other signal still ends the work. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** The work is done. */
  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#abort);
  }

  /** Ends the work at once. */
  abort(): void {
    this.end();
    this.#controller.abort();
  }

  readonly #abort = (): void => {
    clearTimeout(this.#timer);
    this.#controller.abort(reasonOf(this.#outer!));
  };
}

/** As `fetch` rejects with it; a `DOMException` named `AbortError` unless the caller has given another one. */
export const reasonOf = (signal: AbortSignal): Error => signal.reason as Error;
