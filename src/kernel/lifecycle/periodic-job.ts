import { setTimeout as wait } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { runCausedBy, serviceCause } from '../cause/causation.js';
import { FailureStreak } from './failure-streak.js';
import type { ProcessContext } from './process-context.js';

const FIRST_PAUSE_MS = 500;

interface JobOptions {
  /** The context of its lines in the log. */
  readonly name: string;
  /** Milliseconds from the end of a run to the next one. */
  readonly everyMs: number;
  /** The beginning of the line that the log has for a row of failures. */
  readonly failure: string;
  /** Whether a run may record events. The service is their actor then, and the events of a run have one correlation id. */
  readonly recordsEvents: boolean;
  /** The failure of a row that is logged; the first if left out. */
  readonly loggedAt?: number;
}

/** A job that the server repeats, one run at a time, until it shuts down. The command line never runs it. */
export abstract class PeriodicJob implements OnApplicationBootstrap, OnApplicationShutdown {
  protected readonly logger: Logger;
  readonly #isServer: boolean;
  readonly #everyMs: number;
  readonly #recordsEvents: boolean;
  readonly #failures: FailureStreak;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  protected constructor(
    context: ProcessContext,
    { name, everyMs, recordsEvents, failure, loggedAt = 1 }: JobOptions,
  ) {
    this.logger = new Logger(name);
    this.#isServer = context === 'server';
    this.#everyMs = everyMs;
    this.#recordsEvents = recordsEvents;
    this.#failures = new FailureStreak(this.logger, failure, loggedAt);
  }

  /**
   * One run. One that rejects is logged and tried again: soon at first, then less and less often.
   * @returns milliseconds until the next run, unless they are `everyMs`
   */
  protected abstract run(): Promise<number | void>;

  onApplicationBootstrap(): void {
    if (this.#isServer) this.#running = this.#repeat();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  /** Resolves once the run that is under way has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const pause = await this.#runOnce();
      await wait(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  async #runOnce(): Promise<number> {
    try {
      const run = () => this.run();
      const pause = await (this.#recordsEvents ? runCausedBy(serviceCause(), run) : run());
      this.#failures.recovered();
      return pause ?? this.#everyMs;
    } catch (error) {
      return this.#failures.failed(error, FIRST_PAUSE_MS, this.#everyMs);
    }
  }
}
