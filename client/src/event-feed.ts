import {
  EarmarkConnectionError,
  EarmarkProblem,
  EarmarkTimeout,
  EarmarkUnexpectedAnswer,
  retryAfterOf,
  type EarmarkError,
} from './errors.js';
import { EventStreamParser, type Message } from './event-stream.js';
import type { EventBody, EventsListData } from './generated/types.gen.js';
import { delay, TimeLimit } from './waiting.js';

/** Something that has happened: `type` determines `data`. */
export type EarmarkEvent = EventBody;
export type EventType = EarmarkEvent['type'];
/** An event of one type: `EventOf<'LineAllocated'>`. */
export type EventOf<Type extends EventType> = Extract<EarmarkEvent, { type: Type }>;

/** Which events, as `GET /v1/events` takes it, and how to follow them. */
export interface FollowOptions extends Omit<NonNullable<EventsListData['query']>, 'limit'> {
  /** The position of the last event that was handled; 0 begins with the first. Left out: with the next that happens. */
  readonly after?: number;
  /** Ends the feed: the loop over it is left without an error. */
  readonly signal?: AbortSignal;
  /** A connection on which nothing has come for so long is given up; the service sends something every 15 s. Default: 45 s. */
  readonly idleTimeoutMs?: number;
  /** Told of every connection that was lost or could not be made. */
  readonly onReconnect?: (lost: Reconnect) => void;
}

export interface Reconnect {
  readonly error: EarmarkError;
  readonly waitMs: number;
  /** The position after which the feed goes on; undefined: with the next event. */
  readonly after: number | undefined;
}

/** @throws {EarmarkError} if there is no stream */
export type Connect = (after: number | undefined, signal: AbortSignal) => Promise<Response>;

const IDLE_TIMEOUT_MS = 45_000;
/** Until the service says otherwise. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const CALL = 'GET /v1/events';

/**
 * The events as they happen, each once and in order. A connection that is lost, or on which nothing comes any more, is
 * made again and goes on after the last event.
 *
 * @throws {EarmarkProblem} if asking again is of no use: a wrong key, or events after the position that are no longer kept
 *   (`events-pruned`) or not there (`ahead-of-log`)
 * @throws {EarmarkUnexpectedAnswer} if there is something else at this address
 */
export async function* follow(
  connect: Connect,
  { after, signal, idleTimeoutMs = IDLE_TIMEOUT_MS, onReconnect }: FollowOptions,
): AsyncGenerator<EarmarkEvent, void, undefined> {
  let position = after;
  let firstWaitMs = FIRST_WAIT_MS;
  let failures = 0;
  while (!signal?.aborted) {
    let error: EarmarkError;
    // Also ends a connection whose reader leaves the loop.
    const limit = new TimeLimit(idleTimeoutMs, signal, 'nothing came');
    try {
      const response = await connect(position, limit.signal);
      for await (const { id, data, retryMs } of messagesOf(response, limit, idleTimeoutMs)) {
        failures = 0;
        firstWaitMs = retryMs ?? firstWaitMs;
        if (data !== '') yield JSON.parse(data) as EarmarkEvent;
        // Only now: an event that its reader has failed at is not passed over.
        if (id !== undefined) position = Number(id);
      }
      error = new EarmarkConnectionError(CALL, 1, new Error('the service has ended it'), 'lost the feed');
    } catch (thrown) {
      if (signal?.aborted) return;
      if (limit.isOver) error = new EarmarkTimeout(CALL, 1, limit.signal.reason, 'lost the feed');
      else if (isWorthRetrying(thrown)) error = thrown;
      else throw thrown;
    } finally {
      limit.abort();
    }
    failures++;
    const waitMs = waitBefore(failures, firstWaitMs, error);
    onReconnect?.({ error, waitMs, after: position });
    await delay(waitMs, signal).catch(() => undefined);
  }
}

async function* messagesOf(
  response: Response,
  limit: TimeLimit,
  idleTimeoutMs: number,
): AsyncGenerator<Message> {
  const parser = new EventStreamParser();
  const reader = response.body!.getReader();
  for (;;) {
    limit.restart(idleTimeoutMs);
    const { done, value } = await reader.read().catch((cause: unknown) => {
      throw new EarmarkConnectionError(CALL, 1, cause, 'lost the feed');
    });
    // The handler of the events may take its time.
    limit.pause();
    if (done) return;
    yield* parser.push(value);
  }
}

function isWorthRetrying(error: unknown): error is EarmarkError {
  if (error instanceof EarmarkConnectionError) return true;
  const isRefusal = error instanceof EarmarkProblem || error instanceof EarmarkUnexpectedAnswer;
  return isRefusal && (error.status >= 500 || error.status === 429 || error.status === 408);
}

/** At least what the service asks for; twice as long after each failure in a row, and not all clients together. */
function waitBefore(failures: number, firstMs: number, error: EarmarkError): number {
  const waitMs = Math.min(firstMs * 2 ** (failures - 1), LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);
  const seconds = error instanceof EarmarkProblem ? retryAfterOf(error.headers) : undefined;
  return Math.max(waitMs, (seconds ?? 0) * 1_000);
}
