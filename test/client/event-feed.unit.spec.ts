import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  EarmarkConnectionError,
  EarmarkProblem,
  EarmarkTimeout,
  EarmarkUnexpectedAnswer,
  type EarmarkEvent,
  type FollowOptions,
  type Reconnect,
} from '../../client/src/index.js';
import {
  busy,
  failureOf,
  json,
  page,
  problem,
  refusedConnection,
  serviceAnswering,
  type Asked,
} from './fake-service.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const message = (position: number, sku = 'TABLE'): string =>
  `id: ${position}\nevent: BatchRegistered\ndata: ${JSON.stringify({ position, type: 'BatchRegistered', data: { sku } })}\n\n`;
const HELLO = 'retry: 1000\nid: 40\n\n';

/** A connection of the feed, which the test writes to. */
class Connection {
  readonly #controller: ReadableStreamDefaultController<Uint8Array>;
  readonly body: ReadableStream<Uint8Array>;
  isCancelled = false;

  constructor({ signal }: Asked) {
    let controller!: ReadableStreamDefaultController<Uint8Array>;
    this.body = new ReadableStream<Uint8Array>({
      start: (its) => void (controller = its),
    });
    this.#controller = controller;
    signal.addEventListener('abort', () => {
      this.isCancelled = true;
      controller.error(signal.reason);
    });
  }

  async send(piece: string | Uint8Array): Promise<void> {
    this.#controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece);
    await jest.advanceTimersByTimeAsync(0);
  }

  async end(): Promise<void> {
    this.#controller.close();
    await jest.advanceTimersByTimeAsync(0);
  }

  async breakOff(): Promise<void> {
    this.#controller.error(new TypeError('terminated'));
    await jest.advanceTimersByTimeAsync(0);
  }
}

/** Follows a service that answers so, each `'stream'` with a connection of its own. */
function follow(replies: readonly (Response | Error | 'stream')[], options: FollowOptions = {}) {
  const connections: Connection[] = [];
  const stream = (asked: Asked) => {
    const connection = new Connection(asked);
    connections.push(connection);
    return new Response(connection.body, { headers: { 'content-type': 'text/event-stream' } });
  };
  const lost: Reconnect[] = [];
  const { earmark, asked } = serviceAnswering(replies.map((reply) => (reply === 'stream' ? stream : reply)));
  const heard: EarmarkEvent[] = [];
  const feed = earmark.events({ onReconnect: (each) => lost.push(each), ...options });
  const done = (async () => {
    for await (const event of feed) heard.push(event);
  })();
  done.catch(() => undefined);
  return {
    connections,
    asked,
    heard,
    lost,
    feed,
    done,
    positions: () => heard.map(({ position }) => position),
  };
}

const pass = (ms: number) => jest.advanceTimersByTimeAsync(ms);
const afterOf = ({ url }: Asked) => new URL(url).searchParams.get('after');

describe('The feed of events', () => {
  it('asks for a stream, after the position, of what it is asked for', async () => {
    const stop = new AbortController();
    const { asked, connections } = follow(['stream'], { after: 40, signal: stop.signal });
    await pass(0);
    await connections[0]!.send(HELLO);

    expect(asked[0]!.headers.get('accept')).toBe('text/event-stream');
    expect(new URL(asked[0]!.url).search).toBe('?after=40');
    stop.abort();
  });

  it('goes on after the last event if the connection breaks off in the middle of one', async () => {
    const { connections, asked, positions, lost } = follow(['stream', 'stream'], { after: 40 });
    await pass(0);
    const next = new TextEncoder().encode(message(42, 'Stühlchen'));
    await connections[0]!.send(HELLO + message(41));
    await connections[0]!.send(next.subarray(0, next.indexOf(0xc3) + 1));
    await connections[0]!.breakOff();
    expect(lost).toMatchObject([{ after: 41, error: expect.any(EarmarkConnectionError) }]);

    await pass(2_000);
    await connections[1]!.send('id: 41\n\n' + message(42) + message(43));

    expect(asked.map(afterOf)).toEqual(['40', '41']);
    expect(positions()).toEqual([41, 42, 43]);
  });

  it('goes on where it began if nothing has happened since', async () => {
    const { connections, asked } = follow(['stream', 'stream']);
    await pass(0);
    await connections[0]!.send(HELLO);
    await connections[0]!.end();
    await pass(2_000);

    expect(asked.map(afterOf)).toEqual([null, '40']);
  });

  it('waits as long as the service asks for, and longer after each failure in a row', async () => {
    const down = [refusedConnection(), page(502), busy(20), refusedConnection(), refusedConnection()];
    const { connections, lost } = follow(['stream', ...down, 'stream', 'stream'], { after: 0 });
    await pass(0);
    await connections[0]!.send('retry: 100\nid: 1\n\n');
    await connections[0]!.end();
    await pass(40_000);

    const waits = lost.map(({ waitMs }) => waitMs);
    expect(waits).toHaveLength(6);
    for (const [at, waitMs] of waits.entries()) {
      const longest = 100 * 2 ** at * 1.25;
      if (at === 3) expect(waitMs).toBe(20_000);
      else expect(waitMs).toBeLessThanOrEqual(longest);
      expect(waitMs).toBeGreaterThanOrEqual(longest * 0.6);
    }

    // What has worked in between begins anew.
    await connections[1]!.send('retry: 100\nid: 2\n\n');
    await connections[1]!.end();
    expect(lost.at(-1)!.waitMs).toBeLessThanOrEqual(125);
  });

  it('gives up a connection on which nothing comes any more', async () => {
    const { connections, lost, asked } = follow(['stream', 'stream'], { after: 0, idleTimeoutMs: 45_000 });
    await pass(0);
    await connections[0]!.send(HELLO);
    for (let beat = 0; beat < 3; beat++) {
      await pass(40_000);
      await connections[0]!.send(':\n\n');
    }
    expect(lost).toEqual([]);

    await pass(45_000);

    expect(lost).toMatchObject([{ error: expect.any(EarmarkTimeout), after: 40 }]);
    expect(connections[0]!.isCancelled).toBe(true);
    await pass(2_000);
    expect(asked).toHaveLength(2);
  });

  it('gives up a connection that gets no answer', async () => {
    const { earmark, asked } = serviceAnswering([
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ]);
    const lost: Reconnect[] = [];
    const stop = new AbortController();
    const feed = earmark.events({
      after: 0,
      idleTimeoutMs: 5_000,
      signal: stop.signal,
      onReconnect: (each) => lost.push(each),
    });
    const next = feed.next();
    await pass(5_000);

    expect(lost).toMatchObject([{ error: expect.any(EarmarkTimeout) }]);
    expect(asked).toHaveLength(1);
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('does not take the time that its reader needs for silence', async () => {
    const { earmark } = serviceAnswering([
      (asked) => {
        const connection = new Connection(asked);
        void connection.send(HELLO + message(41) + message(42));
        return new Response(connection.body, { headers: { 'content-type': 'text/event-stream' } });
      },
    ]);
    const lost: Reconnect[] = [];
    const feed = earmark.events({ after: 0, onReconnect: (each) => lost.push(each) });
    const first = feed.next();
    await pass(0);
    expect((await first).value?.position).toBe(41);

    await pass(600_000);

    expect((await feed.next()).value?.position).toBe(42);
    expect(lost).toEqual([]);
  });

  it('passes over no event that its reader has failed at', async () => {
    const { earmark, asked } = serviceAnswering([
      (first) => {
        const connection = new Connection(first);
        void connection.send(HELLO + message(41));
        return new Response(connection.body, { headers: { 'content-type': 'text/event-stream' } });
      },
    ]);
    const read = async () => {
      for await (const event of earmark.events({ after: 40 }))
        throw new Error(`cannot handle ${event.position}`);
    };
    const failure = failureOf(read());
    await pass(0);

    expect((await failure).message).toBe('cannot handle 41');
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('The feed ends', () => {
  it.each([
    ['events-pruned', problem('events-pruned', 410, { after: 1, prunedUpTo: 4711 })],
    ['ahead-of-log', problem('ahead-of-log', 410, { after: 42, head: 38 })],
    ['unauthenticated', problem('unauthenticated', 401)],
    ['validation-failed', problem('validation-failed', 400, { errors: [] })],
  ])('with the refusal if asking again is of no use: %s', async (code, refusal) => {
    const { done, asked } = follow([refusal], { after: 1 });
    const failure = failureOf(done);
    await pass(60_000);

    expect(await failure).toBeInstanceOf(EarmarkProblem);
    expect(await failure).toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['a page', page(200)],
    ['a page that is not there', page(404)],
    ['a list', json({ items: [] })],
  ])('if something else is at the address: %s', async (_what, answer) => {
    const { done } = follow([answer], { after: 1 });
    const failure = failureOf(done);
    await pass(60_000);

    expect(await failure).toBeInstanceOf(EarmarkUnexpectedAnswer);
  });

  it('without an error when it is aborted while it waits for an event', async () => {
    const stop = new AbortController();
    const { done, connections, positions } = follow(['stream'], { after: 40, signal: stop.signal });
    await pass(0);
    await connections[0]!.send(HELLO + message(41));

    stop.abort();
    await done;

    expect(positions()).toEqual([41]);
    expect(connections[0]!.isCancelled).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('without an error when it is aborted while it waits for the next connection', async () => {
    const stop = new AbortController();
    const { done, asked } = follow([refusedConnection()], { after: 40, signal: stop.signal });
    await pass(10);

    stop.abort();
    await done;

    expect(asked).toHaveLength(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('without a call when it was aborted before', async () => {
    const { done, asked } = follow([], { signal: AbortSignal.abort() });
    await done;

    expect(asked).toEqual([]);
  });
});

describe('The list of events', () => {
  it('is a method beside the feed', async () => {
    const { earmark, asked } = serviceAnswering([json({ items: [], next: null })]);

    const { data } = await earmark.events.list({ query: { after: 7, limit: 500 } });

    expect(data.items).toEqual([]);
    expect(asked[0]!.url).toBe('http://earmark.example/v1/events?after=7&limit=500');
  });
});
