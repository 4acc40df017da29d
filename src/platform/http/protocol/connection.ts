import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Exchange = readonly [IncomingMessage, ServerResponse];

const CONNECTION = Symbol('connection');
type Known = Socket & { [CONNECTION]?: Connection };

/** The requests that wait on all connections of a process, and the connections on which they wait. */
export interface Waiting {
  count: number;
  readonly on: Set<Connection>;
}

/**
 * One connection. It answers its requests one after the other: the next one begins when the answer to this one has left
 * the process, and while any waits no more is read. RFC 9112, 9.3.2 lets clients pipeline requests, but nobody has to read
 * them: what a client sends ahead waits in its own machine and not in our memory, except for the 64 KiB that Node reads at
 * once. `ConnectionLimits` bounds their sum.
 */
export class Connection {
  /** The request that is being answered. */
  #current: Exchange | null = null;
  /** Requests that were read with it, in order; those before `#next` have begun. */
  #queue: Exchange[] = [];
  #next = 0;
  /** The answer to the latest request, until both are complete. */
  #newest: ServerResponse | null = null;
  #hasAsked = false;
  #isUnreadSince: number | null = null;

  /**
   * @param handle answers a request
   * @param all kept up to date with what waits here
   */
  constructor(
    private readonly socket: Socket,
    private readonly handle: RequestListener,
    private readonly all: Waiting,
  ) {
    (socket as Known)[CONNECTION] = this;
  }

  /** The connection of a socket; undefined if it was rejected. */
  static of(socket: Socket): Connection | undefined {
    return (socket as Known)[CONNECTION];
  }

  get address(): string {
    return this.socket.remoteAddress ?? '';
  }

  /** How many requests wait for the one that is being answered. */
  get waiting(): number {
    return this.#queue.length - this.#next;
  }

  /** Whether a whole request has arrived whose answer has not left yet, or one is answered while it arrives. */
  get isBusy(): boolean {
    if (this.#current === null && this.waiting === 0) return false;
    return this.#newest?.req.complete === true || this.#newest?.headersSent === true;
  }

  /** Whether any request has arrived so far. */
  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  /** The answer to the latest request; undefined if there was none, or both are complete. */
  get newest(): ServerResponse | undefined {
    return this.#newest ?? undefined;
  }

  /** The answer that is being made, and those that wait for it. */
  get open(): ServerResponse[] {
    const waiting = this.#queue.slice(this.#next);
    return (this.#current === null ? waiting : [this.#current, ...waiting]).map(([, response]) => response);
  }

  take(request: IncomingMessage, response: ServerResponse): void {
    if (this.socket.destroyed) return;
    this.#newest = response;
    this.#hasAsked = true;
    if (this.#current === null && this.waiting === 0) return this.#begin([request, response]);
    this.#queue.push([request, response]);
    this.all.count++;
    if (this.waiting === 1) this.#stopReading();
  }

  /**
   * How many ms an answer has been ready that the client does not read, counted from the first call of this.
   * @param now milliseconds of `performance.now()`
   */
  unreadFor(now: number): number {
    if (this.#current?.[1].writableEnded !== true) return 0;
    this.#isUnreadSince ??= now;
    return now - this.#isUnreadSince;
  }

  destroy(): void {
    this.forget();
    this.socket.destroy();
  }

  /** Drops what waits, for a connection that is gone. */
  forget(): void {
    this.all.count -= this.waiting;
    this.all.on.delete(this);
    this.#queue = [];
    this.#next = 0;
  }

  #begin(exchange: Exchange): void {
    this.#current = exchange;
    exchange[1].on('close', this.#goOn);
    this.handle(...exchange);
  }

  readonly #goOn = (): void => {
    // A finished answer would be kept as long as its connection.
    if (this.#newest === this.#current?.[1] && this.#newest?.req.complete === true) this.#newest = null;
    this.#current = null;
    this.#isUnreadSince = null;
    if (this.waiting === 0) return;
    if (this.socket.destroyed) return this.forget();
    // Other connections are served between two requests of this one.
    setImmediate(this.#beginNext);
  };

  readonly #beginNext = (): void => {
    if (this.waiting === 0) return;
    const next = this.#queue[this.#next++]!;
    this.all.count--;
    if (this.waiting === 0) this.#readOn();
    this.#begin(next);
  };

  /**
   * Stops reading. Node's parser reads from the system directly, past the socket, as long as nobody listens for data,
   * which is a third cheaper; the socket's event `pause` stops it.
   */
  #stopReading(): void {
    const socket = this.socket;
    this.all.on.add(this);
    // Node resumes as soon as a body is read, or the client reads what was written.
    socket.resume = () => socket;
    socket.on('resume', this.#stopAgain);
    socket.pause();
  }

  /** A `resume` may have been on its way already. */
  readonly #stopAgain = (): void => {
    this.socket.pause();
    this.socket.emit('pause');
  };

  #readOn(): void {
    const socket = this.socket;
    this.#queue = [];
    this.#next = 0;
    this.all.on.delete(this);
    socket.off('resume', this.#stopAgain);
    delete (socket as Partial<Socket>).resume;
    // Node pauses it while the client does not read what is written, and ends that pause by itself.
    if ((socket as Socket & { _paused?: boolean })._paused !== true) socket.resume();
  }
}
