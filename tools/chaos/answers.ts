import type { Recorded } from './clients.js';
import type { Operation } from './linearizable.js';
import { refused, type Answer } from './product-state.js';

export type Facts = Readonly<Record<string, unknown>>;

/**
 * Whether it is known what became of the call. 503 leaves it open, too: a change of a batch may be stored already, and
 * the database may have gone away in the middle of a commit and not come back in time to tell.
 */
export const isAnswered = ({ reply }: Recorded) => reply !== null && reply.status !== 503;

/** Whether it is known that the call was done, now or before. */
export const isDone = ({ reply }: Recorded) => reply !== null && reply.status < 300;

/** The name of a problem. */
export const codeOf = (problem: unknown) =>
  (problem as { type?: string }).type?.replace('urn:earmark:problem:', '') ?? '';

export const refusalIn = (problem: Facts): Answer => refused(codeOf(problem));

/** An operation of that call, answered where the call was. */
export function operation<C>(recorded: Recorded, call: C, answer: Answer): Operation<C, Answer> {
  const { invokedAt, returnedAt, traceId } = recorded;
  if (!isAnswered(recorded)) return { call, answer: null, invokedAt, returnedAt: Infinity, traceId };
  return { call, answer, invokedAt, returnedAt, traceId };
}
