import { Refused, type Body } from './client.js';

/** An event of the log: what `data` holds, its `type` says. */
export type Event = Body<'EventBody'>;

interface Options {
  /** An API key or a token; needed unless the service is open to its own machine. */
  readonly key?: string | undefined;
  /** The position of the last event that was handled; 0 begins with the first. Left out: with the next that happens. */
  readonly after?: number | undefined;
  /** Ends the feed. */
  readonly signal?: AbortSignal | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Until the service says otherwise. */
const RETRY_MS = 1_000;

/**
 * The events of the service as they happen, each once and in order. A connection that is lost is made again and goes on
 * after the last event. `EventSource` cannot do this: it sends no key, and hears events only by the name of their type.
 *
 * @param url of the service, such as `http://127.0.0.1:3000`
 * @throws {Refused} if the service will not answer by being asked again: the key is wrong, or the events after the
 *   position are no longer kept (`events-pruned`) or not there (`ahead-of-log`)
 */
export async function* eventsAfter(
  url: string,
  { key, after, signal, fetch = globalThis.fetch }: Options = {},
): AsyncGenerator<Event> {
  let position = after;
  let retryMs = RETRY_MS;
  while (!signal?.aborted) {
    let waitMs: number | undefined;
    try {
      const response = await fetch(new URL('/v1/events', url), {
        headers: {
          accept: 'text/event-stream',
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(position !== undefined && { 'last-event-id': String(position) }),
        },
        ...(signal && { signal }),
      });
      if (!response.ok || !response.body) {
        const refused = new Refused(await response.json().catch(() => null), response);
        if (response.status < 500 && response.status !== 429) throw refused;
        waitMs = (refused.retryAfter ?? 0) * 1_000;
      } else {
        for await (const { id, data, retry } of messagesIn(response.body)) {
          retryMs = retry ?? retryMs;
          if (data !== '') yield JSON.parse(data) as Event;
          // Only now: an event that its reader has failed at is not passed over.
          position = id === undefined ? position : Number(id);
        }
      }
    } catch (error) {
      if (error instanceof Refused) throw error;
      // The connection was lost, or there was none.
      if (!(error instanceof TypeError) && !signal?.aborted) throw error;
    }
    await pause(Math.max(waitMs ?? 0, retryMs), signal);
  }
}

interface Message {
  readonly id: string | undefined;
  readonly data: string;
  readonly retry: number | undefined;
}

/** The messages of a stream of server-sent events: fields on a line each, an empty line at the end of a message. */
async function* messagesIn(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(bytes, { stream: true });
    const messages = text.split('\n\n');
    // What comes last is not whole yet.
    text = messages.pop() ?? '';
    for (const message of messages) yield messageOf(message.split('\n'));
  }
}

function messageOf(lines: readonly string[]): Message {
  const valuesOf = (field: string) =>
    lines
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).trimStart());
  const [retry] = valuesOf('retry');
  return {
    id: valuesOf('id').at(-1),
    data: valuesOf('data').join('\n'),
    retry: retry === undefined ? undefined : Number(retry),
  };
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
