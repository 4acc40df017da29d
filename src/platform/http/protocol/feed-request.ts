import { wholeNumber } from '../../../vocabulary/value.js';
import { ValidationFailed } from '../problems/problem.js';
import { prefers } from './prefers.js';

export const EVENT_STREAM = 'text/event-stream';

/** Whether an `Accept` header asks for the live feed, which never ends. */
export const prefersFeed = (accept?: string): boolean => prefers(EVENT_STREAM, accept);

const position = wholeNumber();

export const lastEventIdSchema = { ...position.schema, example: 42 };

/**
 * The last position that a client has seen; undefined if it does not say.
 * @throws {ValidationFailed} if that is no position
 */
export function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const id = typeof header === 'string' ? position.parse(header) : header;
  if (position.isValid(id)) return id;
  throw new ValidationFailed([{ field: 'Last-Event-ID', message: `Last-Event-ID ${position.message}.` }]);
}
