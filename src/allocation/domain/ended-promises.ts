/** The day that a line was promised first, `YYYY-MM-DD`; null: at once. */
export interface EndedPromise {
  readonly orderId: string;
  readonly promisedDate: string | null;
}

/**
 * The promised dates of holds that have ended by the clock. An order may claim its lines again, with the days that they were
 * promised first (rule 7b). Its record has those days, except for a line that has waited and then got its units: only the
 * line had it, so that the record has to take it over.
 */
export class EndedPromises {
  readonly #dates = new Map<string, string | null>();

  /** @param promisedDate null: at once; undefined: it was promised none yet */
  keep(orderId: string, promisedDate: string | null | undefined): void {
    if (promisedDate !== undefined) this.#dates.set(orderId, promisedDate);
  }

  /** The order itself has ended its line. */
  forget(orderId: string): void {
    this.#dates.delete(orderId);
  }

  /** Undefined: its line has not ended, or its record has the date. */
  of(orderId: string): string | null | undefined {
    return this.#dates.get(orderId);
  }

  get all(): readonly EndedPromise[] {
    return [...this.#dates].map(([orderId, promisedDate]) => ({ orderId, promisedDate }));
  }
}
