import { randomUUID } from 'node:crypto';
import { processActor, unnamedActor, type Actor } from './actor.js';
import { parseTraceparent, formatTraceparent } from '../metrics/traceparent.js';
import { AsyncContext } from './async-context.js';

/** Why something happens: which chain of events it belongs to, and which event, if any, led to it. */
export interface Cause {
  readonly correlationId: string;
  readonly causationId: string | null;
  /** The position of that event in the log: changes that share a transaction are made in this order. */
  readonly position?: number;
  /** The trace that it belongs to, if there is one. */
  readonly traceparent?: string | null | undefined;
  /**
   * Who does it, as events name them: the name of a key, the subject of a token, the file of an import, the channel of a
   * message. Null if nobody knows any more; left out if nobody is named, which is `unnamedActor`.
   */
  readonly actor?: string | null | undefined;
  /** The kind of this actor, for the audit log; left out if it is none of these. */
  readonly actorKind?: Actor['kind'] | undefined;
}

const cause = new AsyncContext<Cause>();
let logContextOverride: Cause | undefined;

/** Runs the work, and all that it starts, as a consequence of this cause. */
export function runCausedBy<T>(newCause: Cause, work: () => Promise<T>): Promise<T> {
  return cause.run(newCause, work);
}

/** The cause of the current work; the start of a new chain if it has none. */
export function currentCause(): Cause {
  return cause.current ?? { correlationId: randomUUID(), causationId: null };
}

/** Who does the current work, as the audit log names them; this process, if its cause does not say. */
export function currentActor(context: 'server' | 'cli'): Actor {
  const { actor, actorKind } = cause.current ?? {};
  return actor && actorKind ? { kind: actorKind, name: actor } : unnamedActor(context);
}

/** The start of a chain. If a trace leads to it, its correlation id is that of the trace. */
export function rootCause(traceparent: unknown, correlationId?: string): Cause {
  const trace = parseTraceparent(traceparent);
  if (!trace) return { correlationId: correlationId ?? randomUUID(), causationId: null };
  return { correlationId: trace.traceId, causationId: null, traceparent: formatTraceparent(trace) };
}

/** The start of a chain that this process begins by itself. Its actor is the user of the operating system that runs it. */
export function serviceCause(): Cause {
  return { ...rootCause(undefined), actor: processActor().name, actorKind: 'service' };
}

/** Logs something outside the work that it belongs to: the lines have the ids of this cause. */
export function withLogContext(its: Cause, log: () => void): void {
  logContextOverride = its;
  try {
    log();
  } finally {
    logContextOverride = undefined;
  }
}

export function logContext(): Cause | undefined {
  return logContextOverride ?? cause.current;
}
