import { DiscoveryService } from '@nestjs/core';
import type { DomainEvent, StoredEvent } from '../../domain/events.js';
import type { Transaction } from '../../domain/store.js';
import type { Change } from '../../unit-of-work/participants.js';

export interface SubscriptionOptions {
  /** Names its checkpoint: with a new name it starts again at the beginning of the log. */
  readonly name: string;
  readonly events: readonly string[];
  /** Of `events`, those in whose transactions a `Reaction` takes part as a `Participant`; left out: none. */
  readonly takesPartIn?: readonly string[];
  /** Whether calls that promise read-your-writes wait until it has handled their events (rule 9). */
  readonly readYourWrites?: boolean;
  /**
   * Whether it may fall behind while calls come as fast as they can be committed: then it reads for a twentieth of the time, and catches up
   * afterwards. For effects that would have to wait for that anyway.
   */
  readonly yieldsToCalls?: boolean;
}

/**
 * Marks a provider as a subscriber to events: a `Reaction`, a `SliceReaction`, a `Projection`, a `Delivery` or a
 * `Participant`.
 */
export const Subscription = DiscoveryService.createDecorator<SubscriptionOptions>();

/**
 * Has its effect in the database, in the transaction that advances the checkpoint: exactly once, whatever crashes.
 * Changes made through the unit of work join that transaction.
 */
export interface Reaction {
  /**
   * Called for the events of a slice of the log in their order, without waiting for one before the next, so that
   * their changes share a load and a save. It should change something before it awaits anything else.
   */
  react(event: StoredEvent, tx: Transaction): Promise<void>;
}

/**
 * A reaction to whole slices of the log, for one that is asked about every event. It writes with the transaction alone: it makes no
 * change through the unit of work, and records no event, since none of the slice would be its cause.
 */
export interface SliceReaction {
  /**
   * Reacts to the events of a slice, in their order. If it fails, it is asked to react to them one by one, to find the one that
   * fails.
   */
  reactToAll(events: readonly StoredEvent[], tx: Transaction): Promise<void>;

  /**
   * Of its `events`, the types that it has a use for at this moment. The others are passed over unread. It is asked in the
   * transaction that advances the checkpoint: what the answer depends on must stay as it is until that ends.
   */
  wantedTypes(tx: Transaction): Promise<readonly string[]>;
}

/** Events as a relation `(position, type, key, data)`, upcast to the versions of today. */
export interface EventRelation {
  readonly sql: string;
  /** The parameters in it, from `$1` on. */
  readonly values: readonly unknown[];
}

/**
 * A table of its own that holds nothing but what the log says, in a shape that is quick to read. It can be rebuilt
 * from the log while the service runs.
 */
export interface Projection {
  /** With its schema, as SQL names it. All of the read model is in this table. */
  readonly table: string;

  /**
   * Writes what a slice of the log changes, with one statement, in the transaction that advances the checkpoint.
   * @param into the table to write to: `table`, or the one of the same shape that a rebuild fills
   */
  project(tx: Transaction, events: EventRelation, into: string): Promise<void>;
}

/** Has its effect outside: at least once and in order. The receiver knows a repetition by the event's id. */
export interface Delivery {
  /**
   * @throws {Unreachable} if the other side is away: the subscription waits at its position until it is back.
   *   Any other error is the event's own: it is retried, and parked in the end, while the rest goes on.
   */
  deliver(event: StoredEvent): Promise<void>;

  /**
   * Delivers several events at once, if that is faster: the events of a key in their order. If it fails, they are
   * delivered one by one, to find the one that fails.
   * @throws {Unreachable}
   */
  deliverBatch?(events: readonly StoredEvent[]): Promise<void>;
}

/**
 * Takes part in the transaction of the change that records the event: for what two features have to decide together, or
 * what the caller would have to wait for otherwise. If a rule refuses what it changes, the caller gets that answer, and
 * nothing of the transaction is written.
 *
 * A `Reaction` names such events (`takesPartIn`). Its reader passes over them, unless it had no part in their transactions:
 * those of the version before, and larger ones. It must not matter that they are handled before earlier events which are
 * still to be read. A subscription that is no `Reaction` has no reader, and its events need transactions of their own.
 */
export interface Participant {
  /** Says what it changes because of the event. It is asked again if the transaction is run again. */
  beforeCommit(event: DomainEvent): Change;
}

/** The other side of a delivery cannot be reached. The event is not at fault. */
export class Unreachable extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what} cannot be reached`, { cause });
    this.name = 'Unreachable';
  }
}

export type Subscriber = Reaction | SliceReaction | Projection | Delivery | Participant;

export function isReaction(subscriber: Subscriber): subscriber is Reaction | SliceReaction {
  return 'react' in subscriber || isOfSlices(subscriber);
}

export function isOfSlices(subscriber: Subscriber): subscriber is SliceReaction {
  return 'reactToAll' in subscriber;
}

export function isProjection(subscriber: Subscriber): subscriber is Projection {
  return 'project' in subscriber;
}

export function isParticipant(subscriber: Subscriber): subscriber is Participant {
  return 'beforeCommit' in subscriber;
}

/** Reads the log for one subscription. Each call does a bounded piece of work. */
export interface Reader {
  /** Whether the last step had a use for no type of event, as if there is nobody to call: the next one can wait. */
  readonly isUnused?: boolean;
  /** Handles the next slice of the log; false if another instance reads for this subscription. */
  step(): Promise<boolean>;
  /** Retries the event that is due; false if there is none, or another instance reads for this subscription. */
  retry(): Promise<boolean>;
  close(): Promise<void>;
}
