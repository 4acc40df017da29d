import { isDone } from './answers.js';
import type { Recorded } from './clients.js';
import type { FailoverRecord } from './failover-faults.js';
import type { LoggedEvent } from './log.js';

/** Statuses of calls that have written something, and of which an event tells. */
const CREATED = 201;

/** Writes that were confirmed, and of which the log has nothing: they were lost. */
export function lostWrites(calls: readonly Recorded[], events: readonly LoggedEvent[]): Recorded[] {
  const known = new Set(events.map(({ correlationId }) => correlationId));
  return confirmedWrites(calls).filter(({ traceId }) => !known.has(traceId));
}

/** Calls that were answered with 201: each has an event. */
export function confirmedWrites(calls: readonly Recorded[]): Recorded[] {
  return calls.filter(({ reply }) => reply?.status === CREATED);
}

/** For how long no write succeeded around what was done to a node. */
export interface Outage extends FailoverRecord {
  /** Milliseconds between two successful writes, at most: from its start to the next failover, or to the last write. */
  readonly longest: number;
}

export function outagesOf(calls: readonly Recorded[], failovers: readonly FailoverRecord[]): Outage[] {
  const times = calls
    .filter((recorded) => isDone(recorded) && !recorded.call.ask.startsWith('show'))
    .map(({ returnedAt }) => returnedAt)
    .sort((a, b) => a - b);
  return failovers.map((failover, i) => {
    const { startedAt } = failover;
    const until = failovers[i + 1]?.startedAt ?? times.at(-1) ?? startedAt;
    const points = [startedAt, ...times.filter((time) => time > startedAt && time < until), until];
    const longest = Math.max(0, ...points.slice(1).map((time, j) => time - points[j]!));
    return { ...failover, longest };
  });
}
