import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WakeableDelay } from '../lifecycle/wakeable-delay.js';
import { FailureStreak } from '../lifecycle/failure-streak.js';
import { readCheckpoint, rewind } from './readers/checkpoint.js';
import type { Reader } from './readers/reader.js';

/** How often an instance looks for events that another one has appended. */
const POLL_MS = 100;
/** What is committed within this time is read together where nobody waits for it, and the log not once per commit. */
const GATHER_MS = 20;
/** Where more is unread, there is nothing to wait for. */
const PLENTY = 500;

interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
}

/** Keeps one subscription going: reads whenever there is something to read, until it is stopped. */
export class Runner {
  readonly name: string;
  readonly #reader: Reader;
  readonly #manager: EntityManager;
  readonly #isAwaited: boolean;
  readonly #logger: Logger;
  readonly #outage: FailureStreak;
  #waiters: Waiter[] = [];
  #position = 0;
  readonly #pause = new WakeableDelay();
  #isStopped = false;
  #loop: Promise<void> = Promise.resolve();

  /** @param isAwaited whether callers wait for what it reads */
  constructor(name: string, reader: Reader, manager: EntityManager, isAwaited = false) {
    this.name = name;
    this.#reader = reader;
    this.#manager = manager;
    this.#isAwaited = isAwaited;
    this.#logger = new Logger(`subscription ${name}`);
    this.#outage = new FailureStreak(this.#logger, 'Cannot read the event log');
  }

  start(): void {
    this.#loop = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#loop;
    await this.#reader.close();
  }

  /** There may be something to read: looks at once instead of at the next poll. */
  wake(): void {
    this.#pause.wake();
  }

  /** Resolves once every event up to the position is handled or set aside, by whichever instance. */
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
        const isBusy = await this.#turn();
        this.#outage.recovered();
        if (!isBusy) await this.#pause.wait(POLL_MS);
      } catch (error) {
        if (!this.#isStopped) this.#pause.clear();
        await this.#pause.wait(this.#outage.failed(error));
      }
    }
  }

  /** Whether there may be more to do at once. */
  async #turn(): Promise<boolean> {
    const { position, head, isRetryDue } = await readCheckpoint(this.#manager, this.name);
    if (position > head) return this.#rewind();
    this.#reached(position);
    const isTried = isRetryDue && (await this.#reader.retry());
    if (head > position) {
      if (!this.#isAwaited && head - position < PLENTY) await wait(GATHER_MS);
      return this.#reader.step();
    }
    return isTried;
  }

  async #rewind(): Promise<boolean> {
    const rewound = await rewind(this.#manager, this.name);
    if (rewound)
      this.#logger.warn(
        `The log ends at position ${rewound.to}, before ${rewound.from}, where this subscription was: a backup was put ` +
          `back in part. It goes on after ${rewound.to}; what it did for events that are gone stays done. A read model ` +
          'has to be rebuilt.',
      );
    return true;
  }

  #reached(position: number): void {
    this.#position = position;
    const passed = this.#waiters.filter((waiter) => waiter.position <= position);
    if (passed.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.position > position);
    for (const { resolve } of passed) resolve();
  }
}
