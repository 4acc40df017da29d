import { settleAll } from '../../domain/settle-all.js';
import type { EventLog } from '../../event-log/event-log.js';
import { managerOf } from '../../postgres/typeorm-transactions.js';
import { isTransient } from '../../postgres/retry.js';
import type { UnitOfWork } from '../../unit-of-work/unit-of-work.js';
import { parkAndAdvance, retryDueEvent, type SubscriptionContext } from './transactional-retry.js';
import { eventRelation } from './event-relation.js';
import { lockCheckpoint, advanceCheckpoint, endOfNextSlice } from './checkpoint.js';
import type { Projection, Reader, SubscriptionOptions } from './subscription.js';
import { ParkedEvents } from '../parking/parked-events.js';

/** Positions that share a transaction at most. */
const LARGEST_SLICE = 5_000;

/** Reads the log for a projection: what it writes and the checkpoint are one transaction. */
export class ProjectionReader implements Reader {
  readonly #options: SubscriptionOptions;
  readonly #readModel: Projection;
  readonly #context: SubscriptionContext;
  /** Falls to one when a slice fails, to find the event that fails; doubles with every success. */
  #sliceSize = LARGEST_SLICE;

  constructor(options: SubscriptionOptions, readModel: Projection, unitOfWork: UnitOfWork, log: EventLog) {
    this.#options = options;
    this.#readModel = readModel;
    const { name } = options;
    this.#context = { name, unitOfWork, log, parkedEvents: new ParkedEvents(name) };
  }

  async step(): Promise<boolean> {
    const { unitOfWork, log, parkedEvents } = this.#context;
    let failedAt = 0;
    try {
      await unitOfWork.inOwnTransaction(async (tx) => {
        const manager = managerOf(tx);
        const { name, events: types } = this.#options;
        // In this order: under the lock nobody else adds to what is set aside, so what has none then stays without.
        const [position, hasSetAside, upTo] = await settleAll(
          lockCheckpoint(manager, name),
          parkedEvents.hasAny(manager),
          endOfNextSlice(manager, name, this.#sliceSize),
        );
        if (upTo <= position) return;
        failedAt = upTo;
        const events = await eventRelation(manager, log, this.#options, position, upTo, 'set_aside');
        await settleAll(
          hasSetAside && parkedEvents.blockBehindParked(manager, types, position, upTo),
          this.#readModel.project(tx, events, this.#readModel.table),
          advanceCheckpoint(manager, name, upTo),
        );
      });
      this.#sliceSize = Math.min(LARGEST_SLICE, this.#sliceSize * 2);
    } catch (error) {
      if (isTransient(error) || failedAt === 0) {
        // What takes too long at once is read in smaller slices.
        this.#sliceSize = Math.max(1, Math.floor(this.#sliceSize / 2));
        throw error;
      }
      if (this.#sliceSize === 1) await parkAndAdvance(this.#context, failedAt, error);
      this.#sliceSize = 1;
    }
    return true;
  }

  async retry(): Promise<boolean> {
    return retryDueEvent(this.#context, async (tx, position) => {
      const { log } = this.#context;
      const event = await eventRelation(
        managerOf(tx),
        log,
        this.#options,
        position - 1,
        position,
        'set_aside',
      );
      await this.#readModel.project(tx, event, this.#readModel.table);
    });
  }

  async close(): Promise<void> {
    // Nothing is held between two steps.
  }
}
