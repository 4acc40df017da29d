import { useSyncExternalStore } from 'react';
import { queryClient } from '../../../data/api-query.js';

interface Standing {
  /** From 0 to 1; null: it is not under way. */
  readonly part: number | null;
  /** Why it has failed the last time. */
  readonly error: unknown;
}

const IDLE: Standing = { part: null, error: null };

/** Something long that goes on when its page is left: anyone who comes back sees how far it is, and cannot begin it twice. */
export class SampleWork {
  #standing = IDLE;
  readonly #listeners = new Set<() => void>();

  constructor(private readonly act: (onProgress: (part: number) => void) => Promise<void>) {}

  readonly begin = (): void => {
    if (this.#standing.part !== null) return;
    this.#show({ part: 0, error: null });
    this.act((part) => this.#show({ part, error: null }))
      .then(
        () => this.#show(IDLE),
        (error: unknown) => this.#show({ part: null, error }),
      )
      .finally(() => void queryClient.invalidateQueries());
  };

  readonly standing = (): Standing => this.#standing;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  #show(standing: Standing): void {
    this.#standing = standing;
    for (const listener of this.#listeners) listener();
  }
}

export const useStanding = ({ subscribe, standing }: SampleWork): Standing =>
  useSyncExternalStore(subscribe, standing);
