import { SpanKind } from '@opentelemetry/api';
import { type EventLog } from '../../event-log/event-log.js';
import type { StoredEvent } from '../../domain/events.js';
import type { Transaction } from '../../domain/store.js';
import { settleAll } from '../../domain/settle-all.js';
import { managerOf } from '../../postgres/typeorm-transactions.js';
import { inSpan } from '../../metrics/spans.js';
import { runCausedBy } from '../../cause/causation.js';
import { isTransient } from '../../postgres/retry.js';
import { type UnitOfWork } from '../../unit-of-work/unit-of-work.js';
import { parkAndAdvance, retryDueEvent, type SubscriptionContext } from './transactional-retry.js';
import { lockCheckpoint, advanceCheckpoint } from './checkpoint.js';
import type { Reader } from './reader.js';
import { ParkedEvents } from '../parking/parked-events.js';
import type { Reaction, SubscriptionOptions } from './subscription.js';

/** Events that share a transaction at most. */
const LARGEST_STRETCH = 1_000;

/** Reads the log for a reaction: its effect and the move of the position are one transaction. */
export class ReactionReader implements Reader {
  readonly #subscribed: SubscriptionContext;
  readonly #hears: readonly string[];
  readonly #reaction: Reaction;
  /** Falls to one when a stretch fails, so that the culprit is found; doubles with every success. */
  #stretch = LARGEST_STRETCH;

  constructor(
    { name, events: hears }: SubscriptionOptions,
    reaction: Reaction,
    unitOfWork: UnitOfWork,
    log: EventLog,
  ) {
    this.#subscribed = { name, unitOfWork, log, setAside: new ParkedEvents(name) };
    this.#hears = hears;
    this.#reaction = reaction;
  }

  async step(): Promise<boolean> {
    const { name, unitOfWork, log } = this.#subscribed;
    let read: readonly StoredEvent[] = [];
    try {
      await unitOfWork.inTransaction(async (tx) => {
        const manager = managerOf(tx);
        const position = await lockCheckpoint(manager, name);
        const { events, upTo } = await log.readOf(manager, this.#hears, position, this.#stretch);
        read = events;
        await this.#react(await this.#withoutBlocked(tx, events), tx);
        if (upTo > position) await advanceCheckpoint(manager, name, upTo);
      });
      this.#stretch = Math.min(LARGEST_STRETCH, this.#stretch * 2);
    } catch (error) {
      const [culprit] = read;
      if (isTransient(error) || !culprit) throw error;
      if (this.#stretch === 1) await parkAndAdvance(this.#subscribed, culprit.position, error);
      this.#stretch = 1;
    }
    return true;
  }

  async retry(): Promise<boolean> {
    return retryDueEvent(this.#subscribed, async (tx, position) => {
      const event = await this.#subscribed.log.at(managerOf(tx), position);
      if (event) await this.#react([event], tx);
    });
  }

  async close(): Promise<void> {
    // Nothing is held between two steps.
  }

  async #react(events: readonly StoredEvent[], tx: Transaction): Promise<void> {
    const reactions = events.map((event) => {
      const { correlationId, id: causationId, position } = event;
      const span = { kind: SpanKind.CONSUMER, parent: event.traceparent };
      return inSpan(`react ${this.#subscribed.name}`, span, (traceparent) =>
        runCausedBy({ correlationId, causationId, position, traceparent }, async () =>
          this.#reaction.react(this.#subscribed.log.upcasters.current(event), tx),
        ),
      );
    });
    await settleAll(...reactions);
  }

  async #withoutBlocked(tx: Transaction, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const manager = managerOf(tx);
    const { setAside } = this.#subscribed;
    const blocked = await setAside.blocked(
      manager,
      events.map(({ key }) => key),
    );
    const behind = events.filter(({ key }) => blocked.has(key));
    if (behind.length > 0) await setAside.blockBehind(manager, behind);
    return events.filter(({ key }) => !blocked.has(key));
  }
}
