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
import {
  isOfSlices,
  type Reaction,
  type Reader,
  type SliceReaction,
  type SubscriptionOptions,
} from './subscription.js';
import { ParkedEvents } from '../parking/parked-events.js';

/** Events that share a transaction at most. */
const LARGEST_SLICE = 1_000;

/** Reads the log for a reaction: its effect and the checkpoint are one transaction. */
export class ReactionReader implements Reader {
  readonly #context: SubscriptionContext;
  readonly #types: readonly string[];
  /** Falls to one when a slice fails, to find the event that fails; doubles with every success. */
  #sliceSize = LARGEST_SLICE;
  isUnused = false;

  constructor(
    { name, events: types }: SubscriptionOptions,
    private readonly reaction: Reaction | SliceReaction,
    unitOfWork: UnitOfWork,
    log: EventLog,
  ) {
    this.#context = { name, unitOfWork, log, parkedEvents: new ParkedEvents(name) };
    this.#types = types;
  }

  async step(): Promise<boolean> {
    const { name, log } = this.#context;
    let read: readonly StoredEvent[] = [];
    try {
      await this.#transact(async (tx) => {
        const manager = managerOf(tx);
        const position = await lockCheckpoint(manager, name);
        const types = await this.#wantedTypes(tx);
        this.isUnused = types.length === 0;
        const { events, upTo } =
          types.length > 0
            ? await log.readOf(manager, types, position, this.#sliceSize, name)
            : { events: [], upTo: await log.head(manager) };
        read = events;
        await this.#react(await this.#withoutBlocked(tx, events), tx);
        if (upTo > position) await advanceCheckpoint(manager, name, upTo);
      });
      this.#sliceSize = Math.min(LARGEST_SLICE, this.#sliceSize * 2);
    } catch (error) {
      const [first] = read;
      if (isTransient(error) || !first) throw error;
      if (this.#sliceSize === 1) await parkAndAdvance(this.#context, first.position, error);
      this.#sliceSize = 1;
    }
    return true;
  }

  async retry(): Promise<boolean> {
    return retryDueEvent(this.#context, async (tx, position) => {
      const event = await this.#context.log.at(managerOf(tx), position);
      if (event) await this.#react([event], tx);
    });
  }

  async close(): Promise<void> {
    // Nothing is held between two steps.
  }

  /** A reaction to slices makes no change that would have to join. */
  async #transact(work: (tx: Transaction) => Promise<void>): Promise<void> {
    const { unitOfWork } = this.#context;
    await (isOfSlices(this.reaction) ? unitOfWork.inOwnTransaction(work) : unitOfWork.inTransaction(work));
  }

  async #wantedTypes(tx: Transaction): Promise<readonly string[]> {
    return isOfSlices(this.reaction) ? this.reaction.wantedTypes(tx) : this.#types;
  }

  async #react(events: readonly StoredEvent[], tx: Transaction): Promise<void> {
    const { reaction } = this;
    const { upcasters } = this.#context.log;
    if (isOfSlices(reaction)) {
      if (events.length === 0) return;
      const current = events.map((event) => upcasters.current(event));
      return reaction.reactToAll(current, tx);
    }
    const reactions = events.map((event) => {
      const { correlationId, id: causationId, position, actor } = event;
      const span = { kind: SpanKind.CONSUMER, parent: event.traceparent };
      return inSpan(`react ${this.#context.name}`, span, (traceparent) =>
        runCausedBy({ correlationId, causationId, position, traceparent, actor }, async () =>
          reaction.react(upcasters.current(event), tx),
        ),
      );
    });
    await settleAll(...reactions);
  }

  async #withoutBlocked(tx: Transaction, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const manager = managerOf(tx);
    const { parkedEvents } = this.#context;
    const blocked = await parkedEvents.blocked(
      manager,
      events.map(({ key }) => key),
    );
    const behind = events.filter(({ key }) => blocked.has(key));
    if (behind.length > 0) await parkedEvents.blockBehind(manager, behind);
    return events.filter(({ key }) => !blocked.has(key));
  }
}
