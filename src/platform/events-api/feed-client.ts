import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { SECURITY_HEADERS } from '../http/protocol/security-headers.js';
import { EVENT_STREAM } from '../http/protocol/feed-request.js';
import type { EventFilter } from '../../kernel/event-log/event-filter.js';
import type { FeedPage, FeedPart } from './feed-page.js';

/** How long a client that has lost the connection should wait before it reconnects. */
const RETRY_MS = 1_000;

/** A client that wants none of so many events is sent its position, so that it does not begin before them again. */
const MOST_PASSED_OVER = 10_000;

const HEADERS = {
  ...SECURITY_HEADERS,
  'content-type': EVENT_STREAM,
  'cache-control': 'no-store',
  vary: 'accept',
  // A proxy that buffers whole answers would never forward this one.
  'x-accel-buffering': 'no',
  // Nothing follows the feed on this connection.
  connection: 'close',
};

/**
 * A client of the live feed, and its position. It is sent nothing until it has read what it was sent before, so that at
 * most one page waits for it. With a filter, its position moves on over events that it does not want; it is sent as an id
 * without data now and then, and when the feed ends.
 */
export class FeedClient {
  #position: number;
  /** The id that it was sent last, and would send as `Last-Event-ID`. */
  #sentId: number;
  readonly #response: ServerResponse;
  /** The request's: a response that waits for another one on the same connection has no socket yet. */
  readonly #socket: Socket;
  #wasBlocked = false;

  /** @param filter left out: it wants every event */
  constructor(
    response: ServerResponse,
    position: number,
    readonly filter?: EventFilter,
  ) {
    this.#position = position;
    this.#sentId = position;
    this.#response = response;
    this.#socket = response.req.socket;
    response.on('drain', () => (this.#wasBlocked = false));
    response.writeHead(200, HEADERS);
    // Clients keep the id for `Last-Event-ID`: one that is disconnected before the first event misses none.
    response.write(`retry: ${RETRY_MS}\nid: ${position}\n\n`);
  }

  get position(): number {
    return this.#position;
  }

  /** Whether it has read what it was sent. */
  get isReady(): boolean {
    return !this.#socket.destroyed && !this.#response.writableNeedDrain;
  }

  onReady(listener: () => void): void {
    this.#response.on('drain', listener);
  }

  onGone(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  /** Sends what is new to it, unless it is not ready or lacks events before the page. */
  take(page: FeedPage): void {
    if (!this.isReady || this.#position < page.after || this.#position >= page.upTo) return;
    if (this.filter) return this.takePart(page.matching(this.#position, this.filter));
    this.#response.write(page.bytesAfter(this.#position));
    this.#position = page.upTo;
    this.#sentId = page.upTo;
  }

  /** Sends what it wants of the slice of the log that begins at its position, unless it is not ready. */
  takePart(part: FeedPart): void {
    if (!this.isReady || this.#position >= part.upTo) return;
    if (part.lastId !== undefined) {
      this.#response.write(part.text);
      this.#sentId = part.lastId;
    }
    this.#position = part.upTo;
    if (this.#position - this.#sentId >= MOST_PASSED_OVER) this.#sendPosition();
  }

  /** Keeps the connection from being idle; closes it if the client has read nothing since the last time. */
  keepAlive(): void {
    const isBlocked = !this.isReady;
    if (!isBlocked && this.#position > this.#sentId) this.#sendPosition();
    else if (!isBlocked) this.#response.write(':\n\n');
    else if (this.#wasBlocked) this.#socket.destroy();
    this.#wasBlocked = isBlocked;
  }

  /** Ends the feed after what was sent. When the server closes, it disconnects clients that have not read that yet. */
  end(): void {
    if (this.#position > this.#sentId) this.#sendPosition();
    this.#response.end();
  }

  #sendPosition(): void {
    this.#sentId = this.#position;
    this.#response.write(`id: ${this.#position}\n\n`);
  }
}
