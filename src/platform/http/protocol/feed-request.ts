import { wholeNumber } from '../../../vocabulary/value.js';
import { ValidationFailed } from '../problems/problem.js';

export const EVENT_STREAM = 'text/event-stream';
const JSON_TYPE = 'application/json';

/**
 * Whether an `Accept` header asks for the live feed. It has to name it, since the feed never ends and so is nothing
 * for a caller who takes anything; where it likes JSON by name as much, it gets JSON.
 */
export function prefersFeed(accept = ''): boolean {
  const liking = new Map(accept.split(',').map(mediaRange));
  const feed = liking.get(EVENT_STREAM) ?? 0;
  const json = liking.get(JSON_TYPE);
  if (json !== undefined) return feed > json;
  return feed > 0 && feed >= (liking.get('application/*') ?? liking.get('*/*') ?? 0);
}

/** `text/event-stream; q=0.5` → `['text/event-stream', 0.5]` */
function mediaRange(range: string): [type: string, quality: number] {
  const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice('q='.length);
  return [type, quality === undefined ? 1 : Number(quality)];
}

const position = wholeNumber();

/** What `Last-Event-ID` may hold, for the API document. */
export const lastEventIdSchema = { ...position.schema, example: 42 };

/**
 * The position that a client has seen last; undefined where it does not say.
 * @throws {ValidationFailed} where that is no position
 */
export function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined) return undefined;
  const id = typeof header === 'string' ? position.parse(header) : header;
  if (position.isValid(id)) return id;
  throw new ValidationFailed([{ field: 'Last-Event-ID', message: `Last-Event-ID ${position.message}.` }]);
}
