import { together } from '../domain/together.js';
import type { EventLog } from '../event-log/event-log.js';
import { managerOf } from '../persistence/typeorm-transactions.js';
import { isTransient } from '../unit-of-work/retry.js';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.js';
import { loggedEvents } from './logged-events.js';
import { lockPosition, movePosition } from './progress.js';
import type { Reader } from './reader.js';
import { SetAside } from './set-aside.js';
import type { ReadModel, SubscriptionOptions } from './subscriber.js';

/** Positions that share a transaction at most. */
const LONGEST_STRETCH = 5_000;

/** Keeps a read model in step with the log: what it writes and the move of the position are one transaction. */
export class ReadModelReader implements Reader {
  readonly #options: SubscriptionOptions;
  readonly #readModel: ReadModel;
  readonly #unitOfWork: UnitOfWork;
  readonly #log: EventLog;
  readonly #setAside: SetAside;
  /** Falls to one when a stretch fails, so that the culprit is found; doubles with every success. */
  #stretch = LONGEST_STRETCH;

  constructor(options: SubscriptionOptions, readModel: ReadModel, unitOfWork: UnitOfWork, log: EventLog) {
    this.#options = options;
    this.#readModel = readModel;
    this.#unitOfWork = unitOfWork;
    this.#log = log;
    this.#setAside = new SetAside(options.name);
  }

  async step(): Promise<boolean> {
    let failedAt = 0;
    try {
      await this.#unitOfWork.inTransaction(async (tx) => {
        const manager = managerOf(tx);
        const { name, hears } = this.#options;
        const position = await lockPosition(manager, name);
        const upTo = Math.min(position + this.#stretch, await this.#log.head(manager));
        if (upTo <= position) return;
        failedAt = upTo;
        const events = loggedEvents(this.#options, position, upTo, 'set_aside');
        await together(
          this.#setAside.waitBehindOthers(manager, hears, position, upTo),
          this.#readModel.project(tx, events, this.#readModel.table),
          movePosition(manager, name, upTo),
        );
      });
      this.#stretch = Math.min(LONGEST_STRETCH, this.#stretch * 2);
    } catch (error) {
      if (isTransient(error)) throw error;
      if (this.#stretch === 1) await this.#passOver(failedAt, error);
      this.#stretch = 1;
    }
    return true;
  }

  async retry(): Promise<boolean> {
    const due = await this.#unitOfWork.inTransaction((tx) => this.#setAside.due(managerOf(tx)));
    if (!due) return false;
    try {
      await this.#unitOfWork.inTransaction(async (tx) => {
        const manager = managerOf(tx);
        await lockPosition(manager, this.#options.name);
        if (!(await this.#setAside.isStill(manager, due))) return;
        await this.#setAside.done(manager, due);
        const { position } = due;
        const event = loggedEvents(this.#options, position - 1, position, 'set_aside');
        await this.#readModel.project(tx, event, this.#readModel.table);
      });
    } catch (error) {
      if (isTransient(error)) throw error;
      await this.#unitOfWork.inTransaction((tx) => this.#setAside.failedAgain(managerOf(tx), due, error));
    }
    return true;
  }

  async close(): Promise<void> {
    // Nothing is held between two steps.
  }

  async #passOver(position: number, error: unknown): Promise<void> {
    await this.#unitOfWork.inTransaction(async (tx) => {
      const manager = managerOf(tx);
      if ((await lockPosition(manager, this.#options.name)) >= position) return;
      const event = await this.#log.at(manager, position);
      if (event) await this.#setAside.failed(manager, event, error);
      await movePosition(manager, this.#options.name, position);
    });
  }
}
