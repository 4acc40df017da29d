import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from '../http/protocol/security-headers.js';
import { EVENT_STREAM } from '../http/protocol/feed-request.js';
import type { FeedPage } from './feed-page.js';

/** After how long a client is told to come back when it has lost the connection. */
const RETRY_MS = 1_000;

const HEADERS = {
  ...SECURITY_HEADERS,
  'content-type': EVENT_STREAM,
  'cache-control': 'no-store',
  vary: 'accept',
  // A proxy that collects an answer before it passes it on would never pass on this one.
  'x-accel-buffering': 'no',
  // Nothing comes after the feed, so that closing it closes the connection too.
  connection: 'close',
};

/**
 * One who listens to the live feed, and how far it is. It is given nothing before it has read what it has, so that
 * never more than one page waits for it.
 */
export class FeedClient {
  #position: number;
  readonly #response: ServerResponse;
  /** The request's: a response that waits for another one on the same connection has no socket yet. */
  readonly #socket: Socket;
  #wasBlocked = false;

  constructor(response: ServerResponse, position: number) {
    this.#position = position;
    this.#response = response;
    this.#socket = response.req.socket;
    response.on('drain', () => (this.#wasBlocked = false));
    response.writeHead(200, HEADERS);
    // The id alone is no event, but kept for `Last-Event-ID`: who is cut off before the first event misses none.
    response.write(`retry: ${RETRY_MS}\nid: ${position}\n\n`);
  }

  get position(): number {
    return this.#position;
  }

  /** Whether it has read what it was given. */
  get isReady(): boolean {
    return !this.#socket.destroyed && !this.#response.writableNeedDrain;
  }

  onReady(listener: () => void): void {
    this.#response.on('drain', listener);
  }

  onGone(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  /** Takes what is new to it, unless it is not ready or misses something that comes before. */
  take(page: FeedPage): void {
    if (!this.isReady || this.#position < page.after || this.#position >= page.upTo) return;
    this.#response.write(page.bytesAfter(this.#position));
    this.#position = page.upTo;
  }

  /** Keeps the connection from being idle; cuts it off where it has not read what it has since the last time. */
  keepAlive(): void {
    const isBlocked = !this.isReady;
    if (!isBlocked) this.#response.write(':\n\n');
    else if (this.#wasBlocked) this.#socket.destroy();
    this.#wasBlocked = isBlocked;
  }

  /** Ends the feed after what was given. The server cuts off whoever has yet to read that when it closes. */
  end(): void {
    this.#response.end();
  }
}
