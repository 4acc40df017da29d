import type { Transaction } from './store.js';

/** How to have one transaction around a piece of work. */
export abstract class Transactions {
  /**
   * Runs the work in a transaction of its own; commits where it resolves, rolls back where it throws.
   * A connection that is lost during the commit is cleared up first: the promise resolves if and only if
   * the transaction is committed.
   */
  abstract run<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}
