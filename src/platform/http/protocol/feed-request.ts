import { wholeNumber } from '../../../vocabulary/value.js';
import { ValidationFailed } from '../problems/problem.js';
import { qualityValues } from './quality-values.js';

export const EVENT_STREAM = 'text/event-stream';

/**
 * Whether an `Accept` header asks for the live feed. The header has to name it, since the feed never ends and so is
 * nothing for a client that accepts anything. If JSON is named with the same quality, the answer is JSON.
 */
export function prefersFeed(accept = ''): boolean {
  const qualities = qualityValues(accept);
  const feed = qualities.get(EVENT_STREAM) ?? 0;
  const json = qualities.get('application/json');
  if (json !== undefined) return feed > json;
  return feed > 0 && feed >= (qualities.get('application/*') ?? qualities.get('*/*') ?? 0);
}

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
