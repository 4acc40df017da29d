import { settleAll } from '../../domain/settle-all.js';
import type { EventLog } from '../../event-log/event-log.js';
import { managerOf } from '../../postgres/typeorm-transactions.js';
import { isTransient } from '../../postgres/retry.js';
import type { UnitOfWork } from '../../unit-of-work/unit-of-work.js';
import { parkAndAdvance, retryDueEvent, type SubscriptionContext } from './transactional-retry.js';
import { eventRelation } from './event-relation.js';
import { lockCheckpoint, advanceCheckpoint } from './checkpoint.js';
import type { Reader } from './reader.js';
import { ParkedEvents } from '../parking/parked-events.js';
import type { Projection, SubscriptionOptions } from './subscription.js';

/** Positions that share a transaction at most. */
const LONGEST_STRETCH = 5_000;

/** Keeps a read model in step with the log: what it writes and the move of the position are one transaction. */
export class ProjectionReader implements Reader {
  readonly #options: SubscriptionOptions;
  readonly #readModel: Projection;
  readonly #subscribed: SubscriptionContext;
  /** Falls to one when a stretch fails, so that the culprit is found; doubles with every success. */
  #stretch = LONGEST_STRETCH;

  constructor(options: SubscriptionOptions, readModel: Projection, unitOfWork: UnitOfWork, log: EventLog) {
    this.#options = options;
    this.#readModel = readModel;
    const { name } = options;
    this.#subscribed = { name, unitOfWork, log, setAside: new ParkedEvents(name) };
  }

  async step(): Promise<boolean> {
    const { unitOfWork, log, setAside } = this.#subscribed;
    let failedAt = 0;
    try {
      await unitOfWork.inTransaction(async (tx) => {
        const manager = managerOf(tx);
        const { name, events: hears } = this.#options;
        const position = await lockCheckpoint(manager, name);
        const upTo = Math.min(position + this.#stretch, await log.head(manager));
        if (upTo <= position) return;
        failedAt = upTo;
        const events = await eventRelation(manager, log, this.#options, position, upTo, 'set_aside');
        await settleAll(
          setAside.waitBehindOthers(manager, hears, position, upTo),
          this.#readModel.project(tx, events, this.#readModel.table),
          advanceCheckpoint(manager, name, upTo),
        );
      });
      this.#stretch = Math.min(LONGEST_STRETCH, this.#stretch * 2);
    } catch (error) {
      if (isTransient(error) || failedAt === 0) {
        // What takes too long at once is taken in smaller stretches.
        this.#stretch = Math.max(1, Math.floor(this.#stretch / 2));
        throw error;
      }
      if (this.#stretch === 1) await parkAndAdvance(this.#subscribed, failedAt, error);
      this.#stretch = 1;
    }
    return true;
  }

  async retry(): Promise<boolean> {
    return retryDueEvent(this.#subscribed, async (tx, position) => {
      const { log } = this.#subscribed;
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
