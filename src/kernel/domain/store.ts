import type { DomainEvent } from './events.js';
import type { RecordedEvents } from './recorded-events.js';

/** A transaction under way; only the persistence beneath knows what is in it. */
export type Transaction = object;

/** The root of a consistency boundary: changed as a whole, in one transaction. */
export interface Aggregate {
  readonly events: RecordedEvents<DomainEvent>;
  /** How often it was changed since it was loaded. */
  readonly revision: number;
  /** Others that a work on this one changes along with it: the store loads them, too, and saves those that changed. */
  readonly companions?: readonly Aggregate[];
}

/** An aggregate that can be changed several times in a simulation, which writes nothing. */
export interface SimulatedAggregate extends Aggregate {
  readonly companions?: readonly SimulatedAggregate[];
  /** Makes it what it would be if its changes had been saved and it had been loaded again. Its events were taken before. */
  settle(): void;
}

/**
 * Where the aggregates that change together live. Both ways are set-based: a constant number of statements however
 * many aggregates there are. A need names one aggregate by its key, and that part of it which the work
 * will touch.
 */
export interface Store<A extends Aggregate, Need> {
  keyOf(need: Need): string;

  /** How many aggregates the need is about: the size of a transaction is counted in them. Left out: one. */
  sizeOf?(need: Need): number;

  /**
   * Whether a single work with this need may take so long that calls of others must not wait for its group. Left out: none does.
   */
  isLarge?(need: Need): boolean;

  /**
   * Loads, by its key, every aggregate that is needed, with its companions; one that does not exist yet is loaded as new.
   * An aggregate may have recorded events already: what time alone has done to it. In a `snapshot` it locks nothing.
   */
  load(tx: Transaction, needs: readonly Need[]): Promise<ReadonlyMap<string, A>>;

  /**
   * What works may be run on without a load: the aggregates as transactions of this process have left them, if it remembers
   * all that the needs name. Whether they still are so is found out when they are saved. Left out: nothing is remembered.
   */
  recall?(needs: readonly Need[]): Recalled<A, Need> | undefined;

  /**
   * Writes what has changed and raises the version of each aggregate by one.
   * @throws {ConcurrentChange} if one of them has been changed since it was loaded
   */
  save(tx: Transaction, changed: readonly A[]): Promise<void>;
}

/** A store of aggregates that are remembered. It loads nothing; its `save` also locks, and checks that nothing else has changed. */
export interface Recalled<A extends Aggregate, Need> extends Pick<Store<A, Need>, 'keyOf' | 'load' | 'save'> {
  /** Resolves once the transactions that left the aggregates so have written that; rejects if one of them failed. */
  readonly written: Promise<unknown>;
  /** To be told whether the transaction has committed. */
  ended(isCommitted: boolean): void;
}

/** Another transaction was faster: nothing was written, and the work can be run again on what is there now. */
export class ConcurrentChange extends Error {
  constructor(keys: readonly string[]) {
    super(`Changed by another transaction in the meantime, one of: ${keys.join(', ')}`);
    this.name = 'ConcurrentChange';
  }
}

export abstract class Transactions {
  /**
   * Runs the work in a transaction of its own; commits if it resolves, rolls back if it throws.
   * A connection that is lost during the commit is cleared up first: the promise resolves only if the transaction is committed,
   * and is kept if a standby takes over.
   * @throws {Busy} if that did not become certain in time; it may have committed then. Any other error means that it has not
   */
  abstract run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;

  /**
   * Runs the work in a transaction that only reads, and sees everything as it was at one moment. It takes no lock, so it
   * waits for nobody, and nobody for it. The moment may be a little while ago: a read replica may answer.
   */
  abstract snapshot<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}
