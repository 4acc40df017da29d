import { setMaxListeners } from 'node:events';
import { Inject, Injectable } from '@nestjs/common';
import { errorMessage } from '../../kernel/lifecycle/error-message.js';
import { PeriodicJob } from '../../kernel/lifecycle/periodic-job.js';
import { PROCESS_CONTEXT, type ProcessContext } from '../../kernel/lifecycle/process-context.js';
import { WakeableDelay } from '../../kernel/lifecycle/wakeable-delay.js';
import { UnitOfWork } from '../../kernel/unit-of-work/unit-of-work.js';
import { delayAfter, RETRY_SCHEDULE } from '../domain/retry-schedule.js';
import { DeliveryQueue, type Run } from '../persistence/delivery-queue.js';
import {
  afterFailure,
  DeliveryResults,
  type Failure,
  type SentEvent,
} from '../persistence/delivery-results.js';
import { Attempts } from './attempts.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { SEND_MS } from './webhook-client.js';

/** How often an empty queue is checked. */
const POLL_MS = 250;
/** How often it is checked while deliveries are under way: some may hang, and those beside them that have ended wake nobody. */
const BUSY_POLL_MS = 25;
/** How long nothing more is claimed while calls come as fast as they can be committed: they come first. */
const YIELD_MS = 100;
/** Deliveries to one webhook at the same time, of different SKUs: one that hangs takes no place of another webhook. */
const MOST_AT_ONCE = 8;
/** No event of a run is sent later: what others have done to the webhook in between counts then. */
const RUN_MS = 1_000;
/** Longer than a run can take: another instance takes its events only if this one has died. */
const LEASE_MS = 4 * SEND_MS;
/** How long a shutdown waits for deliveries that are under way. */
const GRACE_MS = 2_000;

const OK = 200;
const GONE = 410;

/**
 * Takes what is due out of the queue and sends it, in every instance of the service. No transaction is open while it waits for
 * a receiver. If the process dies in between, the events of its runs are sent again under the same ids.
 */
@Injectable()
export class DeliverySender extends PeriodicJob {
  readonly #end = new AbortController();
  readonly #pause = new WakeableDelay();
  readonly #underWay = new Set<Promise<void>>();
  /** How many runs are under way, by the id of their webhook. */
  readonly #busy = new Map<string, number>();

  constructor(
    private readonly queue: DeliveryQueue,
    private readonly results: DeliveryResults,
    private readonly attempts: Attempts,
    private readonly metrics: DeliveryMetrics,
    private readonly unitOfWork: UnitOfWork,
    @Inject(RETRY_SCHEDULE) private readonly schedule: readonly number[],
    @Inject(PROCESS_CONTEXT) context: ProcessContext,
  ) {
    super(context, {
      name: 'webhooks',
      everyMs: POLL_MS,
      recordsEvents: false,
      failure: 'Cannot read the deliveries that are due',
    });
    // Each delivery that is under way listens.
    setMaxListeners(0, this.#end.signal);
  }

  override async stop(): Promise<void> {
    const stopped = super.stop();
    this.#pause.wake();
    await stopped;
    const grace = setTimeout(() => this.#end.abort(), GRACE_MS);
    await Promise.all(this.#underWay);
    clearTimeout(grace);
  }

  /** Starts what is due and does not wait for it: a receiver that hangs would hold up all others. */
  protected override async run(): Promise<number> {
    const claimed = await this.queue.claim(MOST_AT_ONCE, this.#busy, LEASE_MS);
    for (const run of claimed) this.#start(run);
    if (claimed.length === 0) await this.#pause.wait(this.#busy.size > 0 ? BUSY_POLL_MS : POLL_MS);
    return this.unitOfWork.isSaturated ? YIELD_MS : 0;
  }

  #start(run: Run): void {
    this.#count(run, 1);
    const underWay = this.#send(run)
      // It is sent again when its lease ends.
      .catch((error: unknown) =>
        this.logger.warn(`Cannot store the result of a delivery: ${errorMessage(error)}`),
      )
      .finally(() => {
        this.#underWay.delete(underWay);
        // To claim several runs together costs the database little more than to claim one.
        if (this.#count(run, -1) <= MOST_AT_ONCE / 2) this.#pause.wake();
      });
    this.#underWay.add(underWay);
  }

  /** @returns how many runs to its webhook are under way then */
  #count({ endpointId }: Run, change: 1 | -1): number {
    const count = (this.#busy.get(endpointId) ?? 0) + change;
    if (count > 0) this.#busy.set(endpointId, count);
    else this.#busy.delete(endpointId);
    return count;
  }

  /** Sends one event after the other, until one fails or the time is up. */
  async #send(run: Run): Promise<void> {
    const begun = performance.now();
    const sent: SentEvent[] = [];
    for (const event of run.events) {
      const elapsedMs = performance.now() - begun;
      if (elapsedMs > RUN_MS || this.#end.signal.aborted) break;
      // By the clock of the database, as all of its times.
      const at = new Date(run.claimedAt.getTime() + elapsedMs);
      const { status, error, retryAfterMs } = await this.attempts.make(
        { ...run, ...event },
        this.#end.signal,
      );
      if (error === null) {
        sent.push({ position: event.position, at, status: status ?? OK });
        continue;
      }
      if (status === null && this.#end.signal.aborted) break;
      return this.#fail(run, sent, { position: event.position, at, status, error }, retryAfterMs);
    }
    await this.results.delivered(run, sent);
    this.metrics.count('delivered', sent.length);
  }

  async #fail(run: Run, sent: readonly SentEvent[], failure: Failure, retryAfterMs: number): Promise<void> {
    const { status, error } = failure;
    const { tries } = afterFailure(run, sent, failure);
    const delayMs = delayAfter(this.schedule, tries, Math.random(), retryAfterMs);
    if (status === GONE) {
      const isDisabled = await this.results.gone(run, sent, failure);
      if (isDisabled) this.#logDisabled(run, 'its receiver has answered 410 Gone');
    } else if (delayMs === null) {
      const isDisabled = await this.results.exhausted(run, sent, failure);
      if (isDisabled)
        this.#logDisabled(
          run,
          `an event has used up its attempts, and none was delivered meanwhile: ${error}`,
        );
    } else {
      await this.results.delayed(run, sent, failure, delayMs, retryAfterMs > 0 ? delayMs : 0);
    }
    this.metrics.count('delivered', sent.length);
    this.metrics.count(delayMs !== null && status !== GONE ? 'delayed' : 'failed');
  }

  /** Path and query of the address may be a secret of the receiver. */
  #logDisabled({ endpointId, url }: Run, why: string): void {
    this.logger.warn(`The webhook ${endpointId} to ${new URL(url).origin} is disabled: ${why}`);
  }
}
