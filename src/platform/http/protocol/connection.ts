import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Exchange = readonly [IncomingMessage, ServerResponse];

const CONNECTION = Symbol('connection');
type Known = Socket & { [CONNECTION]?: Connection };

/** Requests that wait on all connections of a process together, and the connections on which they do. */
export interface Waiting {
  count: number;
  readonly on: Set<Connection>;
}

/**
 * One connection that a caller has opened. It answers one request after the other: the next one is not handled before the
 * answer to this one has left the process, and as long as any waits no more is read. What a caller sends and does not
 * read therefore waits in the caller's own machine and not in our memory, but for the 64 KiB that Node reads at once
 * (RFC 9112, 9.3.2 lets callers send on, and nobody has to read it). `ConnectionLimits` bounds what those of all add up to.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #handle: RequestListener;
  /** The request that is answered now. */
  #current: Exchange | null = null;
  /** What was read with it, in the order in which it came; those before `#next` have begun. */
  #queue: Exchange[] = [];
  #next = 0;
  /** The answer to the request that came last, until both have gone through. */
  #newest: ServerResponse | null = null;
  #hasAsked = false;
  /** Requests that wait on this connection and on others. */
  readonly #all: Waiting;
  #isUnreadSince: number | null = null;

  /**
   * @param handle answers a request
   * @param all is kept up to date with what waits here
   */
  constructor(socket: Socket, handle: RequestListener, all: Waiting) {
    this.#socket = socket;
    this.#handle = handle;
    this.#all = all;
    (socket as Known)[CONNECTION] = this;
  }

  /** What stands behind a socket; undefined if its caller was never taken in. */
  static of(socket: Socket): Connection | undefined {
    return (socket as Known)[CONNECTION];
  }

  /** Of whoever has opened it. */
  get address(): string {
    return this.#socket.remoteAddress ?? '';
  }

  /** How many requests wait for the one that is answered now. */
  get waiting(): number {
    return this.#queue.length - this.#next;
  }

  /** Whether a whole request has come whose answer has not left yet. */
  get isBusy(): boolean {
    return (this.#current !== null || this.waiting > 0) && this.#newest?.req.complete === true;
  }

  /** Whether any request has come so far. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  /** The answer to the request that came last; undefined if there was none, or if both have gone through. */
  get newest(): ServerResponse | undefined {
    return this.#newest ?? undefined;
  }

  /** The answer that is under way, and those that wait for it. */
  get open(): ServerResponse[] {
    const waiting = this.#queue.slice(this.#next);
    return (this.#current === null ? waiting : [this.#current, ...waiting]).map(([, response]) => response);
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    if (this.#socket.destroyed) return;
    this.#newest = response;
    this.#hasAsked = true;
    if (this.#current === null && this.waiting === 0) {
      this.#begin([request, response]);
      return;
    }
    this.#queue.push([request, response]);
    this.#all.count++;
    if (this.waiting === 1) this.#hold();
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
    this.forget();
    this.#socket.destroy();
  }

  /** Gives up what waits; for a connection that is gone. */
  forget(): void {
    this.#all.count -= this.waiting;
    this.#all.on.delete(this);
    this.#queue = [];
    this.#next = 0;
  }

  #begin(exchange: Exchange): void {
    this.#current = exchange;
    exchange[1].on('close', this.#goOn);
    this.#handle(...exchange);
  }

  readonly #goOn = (): void => {
    // What is over would be kept for as long as the connection is.
    if (this.#newest === this.#current?.[1] && this.#newest?.req.complete === true) this.#newest = null;
    this.#current = null;
    this.#isUnreadSince = null;
    if (this.waiting === 0) return;
    if (this.#socket.destroyed) {
      this.forget();
      return;
    }
    // Others have their turn between two requests of one connection.
    setImmediate(this.#beginNext);
  };

  readonly #beginNext = (): void => {
    if (this.waiting === 0) return;
    const next = this.#queue[this.#next++]!;
    this.#all.count--;
    if (this.waiting === 0) this.#letGo();
    this.#begin(next);
  };

  /**
   * Stops reading. Node's parser takes what comes from the system past the socket, and as long as nobody listens for
   * data it goes on doing so, which is a third cheaper; it stops by the socket's event `pause`.
   */
  #hold(): void {
    const socket = this.#socket;
    this.#all.on.add(this);
    // Node goes on reading as soon as a body is asked for, or what it has written is read.
    socket.resume = () => socket;
    socket.on('resume', this.#stopAgain);
    socket.pause();
  }

  /** One `resume` may have been on its way already. */
  readonly #stopAgain = (): void => {
    this.#socket.pause();
    this.#socket.emit('pause');
  };

  #letGo(): void {
    const socket = this.#socket;
    this.#queue = [];
    this.#next = 0;
    this.#all.on.delete(this);
    socket.off('resume', this.#stopAgain);
    delete (socket as Partial<Socket>).resume;
    // Node's own pause, while it has too much to write, ends by itself.
    if (!isPausedByNode(socket)) socket.resume();
  }
}

/** Set by Node while the caller does not read what is written; what comes in must not be handed to it then. */
function isPausedByNode(socket: Socket): boolean {
  return (socket as Socket & { _paused?: boolean })._paused === true;
}
