import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Node reads up to 64 KiB at once and makes a request of every 20 bytes of it; of a slice it can make some 50. */
const SLICE_BYTES = 1_024;

type Exchange = readonly [IncomingMessage, ServerResponse];

/**
 * One connection that a caller has opened. It answers one request after the other: the next one is neither handled nor,
 * beyond a slice, read before the answer to this one has left the process. What a caller sends and does not read
 * therefore waits in the caller's own machine and not in our memory (RFC 9112, 9.3.2 lets callers send on, and nobody has
 * to read it).
 */
export class Connection {
  readonly #socket: Socket;
  readonly #handle: RequestListener;
  /** The request that is answered now. */
  #current: Exchange | null = null;
  /** The rest of the slice in which that stood. */
  #waiting: Exchange[] = [];
  #newest: IncomingMessage | null = null;
  #isHeld = false;
  #isUnreadSince: number | null = null;

  /** @param handle answers a request */
  constructor(socket: Socket, handle: RequestListener) {
    this.#socket = socket;
    this.#handle = handle;
    this.#readInSlices();
  }

  /** Whether a whole request has come whose answer has not left yet. */
  get isBusy(): boolean {
    return this.#current !== null && this.#newest?.complete === true;
  }

  /** Whether any request has come so far. */
  get hasAsked(): boolean {
    return this.#newest !== null;
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    this.#newest = request;
    if (this.#current === null) this.#begin([request, response]);
    else this.#waiting.push([request, response]);
  }

  /**
   * For how long an answer has been ready that the caller does not read, counted from the first time this was asked.
   * @param now milliseconds of `performance.now()`
   */
  unreadFor(now: number): number {
    if (this.#current?.[1].writableEnded !== true) return 0;
    this.#isUnreadSince ??= now;
    return now - this.#isUnreadSince;
  }

  destroy(): void {
    this.#waiting = [];
    this.#socket.destroy();
  }

  #begin(exchange: Exchange): void {
    this.#current = exchange;
    exchange[1].on('close', this.#goOn);
    this.#handle(...exchange);
  }

  readonly #goOn = (): void => {
    this.#current = null;
    this.#isUnreadSince = null;
    const next = this.#waiting.shift();
    if (next !== undefined) {
      if (!this.#socket.destroyed) this.#begin(next);
    } else if (this.#isHeld) {
      this.#isHeld = false;
      // Node's own pause, while it has too much to write, ends by itself.
      if (!isPausedByNode(this.#socket)) this.#socket.resume();
    }
  };

  /** Cuts what comes in into slices, and leaves those in the socket's own buffer that are not yet wanted. */
  #readInSlices(): void {
    const socket = this.#socket;
    // Whoever listens for data gets it by way of `push`; else Node's parser takes it from the system past the socket.
    socket.on('data', () => {
      if (socket.readableLength > 0) this.#holdIfBusy();
    });
    // After Node's own listener, which resumes the socket.
    socket.on('drain', () => {
      if (this.#isHeld) socket.pause();
    });
    const push = socket.push.bind(socket);
    socket.push = (chunk: Buffer | null): boolean => {
      if (chunk === null || (chunk.length <= SLICE_BYTES && !this.isBusy)) return push(chunk);
      let wantsMore = true;
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        this.#holdIfBusy();
        wantsMore = push(chunk.subarray(at, at + SLICE_BYTES));
      }
      return wantsMore;
    };
  }

  #holdIfBusy(): void {
    if (!this.isBusy) return;
    this.#isHeld = true;
    this.#socket.pause();
  }
}

/** Set by Node while the caller does not read what is written; what comes in must not be handed to it then. */
function isPausedByNode(socket: Socket): boolean {
  return (socket as Socket & { _paused?: boolean })._paused === true;
}
