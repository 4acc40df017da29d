import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WakeableDelay } from '../lifecycle/wakeable-delay.js';
import { FailureStreak } from '../lifecycle/failure-streak.js';
import { readCheckpoint, rewind } from './readers/checkpoint.js';
import type { Reader } from './readers/subscription.js';

/** How often an instance looks for events that another one has appended. */
const POLL_MS = 100;
/** Unless callers wait, the log is read once for all that is committed within this time, and not once per commit. */
const GATHER_MS = 20;
/** If more is unread, it is read at once. */
const PLENTY = 500;

interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
}

/** Runs one subscription: reads whenever there is something to read, until it is stopped. */
export class Runner {
  readonly name: string;
  readonly #logger: Logger;
  readonly #failures: FailureStreak;
  #waiters: Waiter[] = [];
  #position = 0;
  readonly #pause = new WakeableDelay();
  readonly #gathering = new WakeableDelay();
  #isStopped = false;
  #loop: Promise<void> = Promise.resolve();

  /** @param isAwaited whether callers wait for what it reads */
  constructor(
    name: string,
    private readonly reader: Reader,
    private readonly manager: EntityManager,
    private readonly isAwaited = false,
  ) {
    this.name = name;
    this.#logger = new Logger(`subscription ${name}`);
    this.#failures = new FailureStreak(this.#logger, 'Cannot read the event log');
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    this.#gathering.wake();
    await this.#loop;
    await this.reader.close();
  }

  /** There may be something to read: do so now instead of at the next poll. */
  wake(): void {
    this.#pause.wake();
  }

  /** Resolves once every event up to the position is handled or parked, by whichever instance. */
  whenReached(position: number): Promise<void> {
    if (this.#position >= position) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters.push({ position, resolve });
      this.wake();
    });
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      try {
        const isBusy = await this.#readOnce();
        this.#failures.recovered();
        if (!isBusy) await this.#pause.wait(POLL_MS);
      } catch (error) {
        if (!this.#isStopped) this.#pause.clear();
        await this.#pause.wait(this.#failures.failed(error));
      }
    }
  }

  /** @returns whether there may be more to do at once */
  async #readOnce(): Promise<boolean> {
    const { position, head, isRetryDue } = await readCheckpoint(this.manager, this.name);
    if (position > head) return this.#rewind();
    this.#reached(position);
    const isRetried = isRetryDue && (await this.reader.retry());
    if (head > position) {
      if (!this.isAwaited && head - position < PLENTY) await this.#gathering.wait(GATHER_MS);
      return this.reader.step();
    }
    return isRetried;
  }

  async #rewind(): Promise<boolean> {
    const rewound = await rewind(this.manager, this.name);
    if (rewound)
      this.#logger.warn(
        `The log ends at position ${rewound.to}, but this subscription was at ${rewound.from}: a backup was restored in ` +
          `part. It continues after ${rewound.to}; what it did for events that are gone is not undone. A read model ` +
          'has to be rebuilt.',
      );
    return true;
  }

  #reached(position: number): void {
    this.#position = position;
    const reached = this.#waiters.filter((waiter) => waiter.position <= position);
    if (reached.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.position > position);
    for (const { resolve } of reached) resolve();
  }
}
