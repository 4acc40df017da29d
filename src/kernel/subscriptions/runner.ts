import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { WakeableDelay } from '../lifecycle/wakeable-delay.js';
import { FailureStreak } from '../lifecycle/failure-streak.js';
import { deleteAbandonedRanges } from '../event-log/positions.js';
import { rewind, type Checkpoint, type Checkpoints } from './readers/checkpoint.js';
import type { Reader, SubscriptionOptions } from './readers/subscription.js';

/** How often an instance looks for events that another one has appended. */
const POLL_MS = 100;
/** Unless callers wait, the log is read once for all that is committed within this time, and not once per commit. */
const GATHER_MS = 20;
/** A busy reader gathers for longer, so that reading takes no more than a fifth of its time; so does one without a use. */
const LONGEST_GATHER_MS = 200;
/** If more is unread, it is read at once. */
const PLENTY = 2_000;
/** A reader that yields to calls reads for a twentieth of the time while they come as fast as they can be committed. */
const YIELDS_FOR = 19;
const LONGEST_YIELD_MS = 1_000;
/** While the log grows, how often a checkpoint is advanced past events of others. */
const ADVANCE_MS = 500;
/** If the log has not grown for so long, a checkpoint is advanced to its end. */
const QUIET_MS = 50;

interface Waiter {
  readonly position: number;
  readonly resolve: () => void;
}

/** All subscriptions of a process poll at the same moments, so that one statement answers them. */
const untilNextPoll = () => POLL_MS - (performance.now() % POLL_MS);

/** Runs one subscription: reads whenever there is something to read, until it is stopped. */
export class Runner {
  readonly name: string;
  readonly #types: readonly string[];
  readonly #isAwaited: boolean;
  readonly #yields: boolean;
  readonly #logger: Logger;
  readonly #failures: FailureStreak;
  #waiters: Waiter[] = [];
  #position = 0;
  /** Up to here there is no event that it has not handled. */
  #searched = 0;
  /** In milliseconds of `performance.now()`, as the next one. */
  #steppedAt = 0;
  #grewAt = 0;
  #lastStepMs = 0;
  readonly #pause = new WakeableDelay();
  readonly #gathering = new WakeableDelay();
  #isStopped = false;
  #loop: Promise<void> = Promise.resolve();

  /**
   * @param readYourWrites callers wait for what it reads
   * @param isSaturated whether calls come as fast as they can be committed
   */
  constructor(
    { name, events, readYourWrites = false, yieldsToCalls = false }: SubscriptionOptions,
    private readonly reader: Reader,
    private readonly manager: EntityManager,
    private readonly checkpoints: Checkpoints,
    private readonly isSaturated: () => boolean = () => false,
  ) {
    this.name = name;
    this.#types = events;
    this.#isAwaited = readYourWrites;
    this.#yields = yieldsToCalls;
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
        if (!isBusy) await this.#pause.wait(untilNextPoll());
      } catch (error) {
        this.#searched = 0;
        this.#lastStepMs = 0;
        if (!this.#isStopped) this.#pause.clear();
        await this.#pause.wait(this.#failures.failed(error));
      }
    }
  }

  /** @returns whether there may be more to do at once */
  async #readOnce(): Promise<boolean> {
    const { position, head, hasEvents, isRetryDue, hasReserved } = await this.#checkpoint();
    if (position > head) return this.#rewind();
    if (this.#searched > head) return this.#searchAnew();
    this.#reached(hasEvents ? position : head);
    if (hasReserved && !hasEvents) await deleteAbandonedRanges(this.manager);
    const isRetried = isRetryDue && (await this.reader.retry());
    if (hasEvents) {
      const gatherMs = this.#gatherMs(head - position);
      if (gatherMs > 0) await this.#gathering.wait(gatherMs);
      return this.#step();
    }
    if (head > this.#searched) this.#grewAt = performance.now();
    this.#searched = head;
    if (head > position && this.#isAdvanceDue) return this.#step();
    return isRetried;
  }

  async #checkpoint(): Promise<Checkpoint> {
    const { name } = this;
    const checkpoint = await this.checkpoints.load({ name, types: this.#types, searched: this.#searched });
    if (!checkpoint) throw new Error(`${name} has no row in event_log.subscription: start the service again`);
    return checkpoint;
  }

  async #step(): Promise<boolean> {
    this.#steppedAt = performance.now();
    const isBusy = await this.reader.step();
    this.#lastStepMs = performance.now() - this.#steppedAt;
    return isBusy;
  }

  get #isAdvanceDue(): boolean {
    const now = performance.now();
    return now - this.#grewAt >= QUIET_MS || now - this.#steppedAt >= ADVANCE_MS;
  }

  /** How long to wait before so many events are read: for more of them, or for calls. */
  #gatherMs(unread: number): number {
    if (this.#yields && !this.reader.isUnused && this.isSaturated())
      return Math.min(YIELDS_FOR * this.#lastStepMs, LONGEST_YIELD_MS);
    if (this.#isAwaited || unread >= PLENTY) return 0;
    if (this.reader.isUnused) return LONGEST_GATHER_MS;
    return Math.min(Math.max(GATHER_MS, 4 * this.#lastStepMs), LONGEST_GATHER_MS);
  }

  /** The log was restored to an earlier state: positions that were searched can have other events now. */
  #searchAnew(): true {
    this.#searched = 0;
    return true;
  }

  async #rewind(): Promise<boolean> {
    this.#searched = 0;
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
