import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../../access/callers/caller-name.js';
import { addressList, type Limits } from '../../config/limit-settings.js';
import { refusals } from '../../../kernel/metrics/refused.js';
import { Connection, type Waiting } from '../protocol/connection.js';

type Bounds = Pick<Limits, 'connections' | 'connectionsPerAddress' | 'trustedProxies' | 'answerSeconds'>;

/** Below the number at which Node drops new connections, so that the choice is made here. */
const ROOM_TO_DECIDE = 10;

/**
 * Requests that may wait behind others on their connections, all together, at some 4 KiB each. It is several times what
 * Node reads from one connection at once: a client may pipeline many requests as long as few clients do.
 */
const MOST_WAITING = 10_000;

/**
 * The connections of a server, by network. If there are too many, one without a running request is closed: first the
 * oldest of those that never sent a whole request. So a client that opens connections and sends nothing only closes its
 * own.
 */
export class ConnectionLimits {
  readonly #isProxy: (address: string) => boolean;
  /** By network, the oldest first. */
  readonly #byNetwork = new Map<string, Set<Connection>>();
  #count = 0;
  readonly #waiting: Waiting = { count: 0, on: new Set() };

  constructor(private readonly bounds: Bounds) {
    this.#isProxy = addressList(bounds.trustedProxies);
  }

  /**
   * Accepts a connection, or rejects it.
   * @param handle answers its requests
   * @param reject answers a connection for which there is no room
   */
  add(socket: Socket, handle: RequestListener, reject: (socket: Socket) => void): void {
    const address = socket.remoteAddress ?? '';
    const network = networkOf(address);
    const its = this.#byNetwork.get(network) ?? new Set();
    if (!this.#makeRoom(its, this.#isProxy(address), network)) return reject(socket);
    const connection = new Connection(socket, handle, this.#waiting);
    this.#byNetwork.set(network, its.add(connection));
    this.#count++;
    socket.once('close', () => {
      connection.forget();
      if (!its.delete(connection)) return;
      this.#forget(network, its);
    });
  }

  /** A request that has arrived on one of them. */
  take(request: IncomingMessage, response: ServerResponse): void {
    Connection.of(request.socket)?.take(request, response);
    if (this.#waiting.count > MOST_WAITING) this.#closeLongest();
  }

  /**
   * Closes connections whose answer was not read in time.
   * @param now milliseconds of `performance.now()`
   */
  closeUnread(now = performance.now()): void {
    for (const [network, its] of this.#byNetwork) {
      for (const connection of its) {
        if (connection.unreadFor(now) < this.bounds.answerSeconds * 1_000) continue;
        refusals.note('answer-not-read', network);
        connection.destroy();
      }
    }
  }

  /** Closes the connection on which most requests wait. */
  #closeLongest(): void {
    let [longest] = this.#waiting.on;
    for (const each of this.#waiting.on) if (each.waiting > longest!.waiting) longest = each;
    refusals.note('requests-ahead', longest?.address ?? '');
    longest?.destroy();
  }

  #makeRoom(its: Set<Connection>, isProxy: boolean, network: string): boolean {
    const { connections, connectionsPerAddress } = this.bounds;
    if (!isProxy && connectionsPerAddress !== null && its.size >= connectionsPerAddress) {
      refusals.note('connections-per-address', network);
      return this.#close(network, its);
    }
    if (this.#count < connections - ROOM_TO_DECIDE) return true;
    refusals.note('connections', network);
    const [largest, most] = this.#largest();
    return this.#close(largest, most);
  }

  #largest(): [network: string, its: Set<Connection>] {
    let largest: [string, Set<Connection>] = ['', new Set()];
    for (const each of this.#byNetwork) if (each[1].size > largest[1].size) largest = each;
    return largest;
  }

  /** Closes a connection without a running request. @returns whether there was one */
  #close(network: string, its: Set<Connection>): boolean {
    let idle: Connection | null = null;
    for (const connection of its) {
      if (connection.isBusy) continue;
      idle ??= connection;
      if (connection.hasAsked) continue;
      idle = connection;
      break;
    }
    if (idle === null) return false;
    // Now, since its socket closes a moment later, and others may arrive in the meantime.
    its.delete(idle);
    this.#forget(network, its);
    idle.destroy();
    return true;
  }

  #forget(network: string, its: Set<Connection>): void {
    this.#count--;
    if (its.size === 0) this.#byNetwork.delete(network);
  }
}
