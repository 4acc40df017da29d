import { setTimeout as wait } from 'node:timers/promises';

/** Goes the same round again and again, one at a time, until it is stopped. */
export class PeriodicTask {
  readonly #round: () => Promise<number>;
  readonly #stop = new AbortController();
  #going: Promise<void> = Promise.resolve();

  /** @param round never rejects; resolves with the milliseconds to pause before the next one */
  constructor(round: () => Promise<number>) {
    this.#round = round;
  }

  start(): void {
    this.#going = this.#go();
  }

  /** Resolves once the round that is under way has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#going;
  }

  async #go(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const pause = await this.#round();
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
  }
}
