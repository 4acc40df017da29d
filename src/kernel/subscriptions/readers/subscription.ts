import { DiscoveryService } from '@nestjs/core';
import type { StoredEvent } from '../../domain/events.js';
import type { Transaction } from '../../domain/store.js';

export interface SubscriptionOptions {
  /** Under which its position is kept: a new name starts again at the beginning of the log. */
  readonly name: string;
  /** The types of events that it hears. */
  readonly events: readonly string[];
  /** Whether calls that promise read-your-writes wait until it has heard of them (rule 9). */
  readonly readYourWrites?: boolean;
}

/** Marks a provider as the reader of a subscription: a `Reaction`, a `Projection` or a `Delivery`. */
export const Subscription = DiscoveryService.createDecorator<SubscriptionOptions>();

/**
 * Has its effect in the database: it happens in the transaction that moves the position, hence exactly once,
 * whatever dies. Changes made through the unit of work join that transaction.
 */
export interface Reaction {
  /**
   * Called for the events of a stretch of the log in their order, without waiting for one before the next, so
   * that changes which are made at once go together. One that waits before it changes something is run again,
   * one by one, where that would change the order of a key.
   */
  react(event: StoredEvent, tx: Transaction): Promise<void>;
}

/** Events as a relation `(position, type, key, data)`, as their contracts have them today. */
export interface EventRelation {
  readonly sql: string;
  /** Of the parameters in it, from `$1` on. */
  readonly values: readonly unknown[];
}

/**
 * A table of its own that holds nothing but what the log says, in a shape that is quick to read. It can be made anew
 * from the log while the service runs.
 */
export interface Projection {
  /** With its schema, as SQL names it. Whoever has all of its rows has all there is of it. */
  readonly table: string;

  /**
   * Writes what a stretch of the log changes, by one statement, in one transaction with the move of the position.
   * @param into the table to write to: `table`, or one of its shape that is built beside it
   */
  project(tx: Transaction, events: EventRelation, into: string): Promise<void>;
}

/** Has its effect outside: at least once and in order, with the event's id to tell a repetition by. */
export interface Delivery {
  /**
   * @throws {Unreachable} where the other side is away: the subscription waits at its position until it is back.
   *   Any other error is the event's own: it is tried again, and parked in the end, while the rest goes on.
   */
  deliver(event: StoredEvent): Promise<void>;

  /**
   * The same for a stretch of the log at once, where that is faster: the events of a key in their order. Where it
   * fails, they are delivered one by one, so that the culprit is found.
   * @throws {Unreachable}
   */
  deliverBatch?(events: readonly StoredEvent[]): Promise<void>;
}

/** The other side of a delivery cannot be reached, which is no fault of the event. */
export class Unreachable extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what} cannot be reached`, { cause });
    this.name = 'Unreachable';
  }
}

export type Subscriber = Reaction | Projection | Delivery;

export function isReaction(subscriber: Subscriber): subscriber is Reaction {
  return 'react' in subscriber;
}

export function isProjection(subscriber: Subscriber): subscriber is Projection {
  return 'project' in subscriber;
}
