import { randomUUID } from 'node:crypto';
import { Ambient } from './ambient.js';

/** Why something happens: which chain of events it belongs to, and which event, if any, led to it. */
export interface Cause {
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Where that event stands in the log: changes that share a transaction are made in this order. */
  readonly position?: number;
}

const cause = new Ambient<Cause>();

/** Runs the work, and all that it starts, as a consequence of this cause. */
export function because<T>(its: Cause, work: () => Promise<T>): Promise<T> {
  return cause.run(its, work);
}

/** The cause of the work at hand; a new chain where nobody has named one. */
export function currentCause(): Cause {
  return cause.current ?? { correlationId: randomUUID(), causationId: null };
}
