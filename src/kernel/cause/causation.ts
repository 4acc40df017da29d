import { randomUUID } from 'node:crypto';
import type { DomainEvent } from '../domain/events.js';
import type { Actor } from './actor.js';
import { parseTraceparent, formatTraceparent } from '../metrics/traceparent.js';
import { AsyncContext } from './async-context.js';

/** Why something happens: which chain of events it belongs to, and which event, if any, led to it. */
export interface Cause {
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Where that event stands in the log: changes that share a transaction are made in this order. */
  readonly position?: number;
  /** Of the trace that it belongs to, where somebody follows one. */
  readonly traceparent?: string | null | undefined;
  /** Who called; left out if nobody did, or if it is not known any more. */
  readonly actor?: Actor | undefined;
}

/** An event together with what led to it. */
export interface CausedEvent {
  readonly event: DomainEvent;
  readonly cause: Cause;
}

const cause = new AsyncContext<Cause>();
let told: Cause | undefined;

/** Runs the work, and all that it starts, as a consequence of this cause. */
export function runCausedBy<T>(its: Cause, work: () => Promise<T>): Promise<T> {
  return cause.run(its, work);
}

/** The cause of the work at hand; a new chain where nobody has named one. */
export function currentCause(): Cause {
  return cause.current ?? { correlationId: randomUUID(), causationId: null };
}

/** The beginning of a chain: whoever follows a trace finds all of it by the id of that. */
export function rootCause(traceparent: unknown, correlationId?: string): Cause {
  const trace = parseTraceparent(traceparent);
  if (!trace) return { correlationId: correlationId ?? randomUUID(), causationId: null };
  return { correlationId: trace.traceId, causationId: null, traceparent: formatTraceparent(trace) };
}

/** Tells the log something about what has this cause, where that is not at hand any more, or was never entered. */
export function withLogContext(its: Cause, tell: () => void): void {
  told = its;
  try {
    tell();
  } finally {
    told = undefined;
  }
}

/** What a line of the log is about, where that is known. */
export function logContext(): Cause | undefined {
  return told ?? cause.current;
}
