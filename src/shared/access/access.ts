import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Busy } from '../domain/busy.js';
import { isSecretOf, readApiKey, type ApiKey } from './api-key.js';
import { bearerToken } from './bearer.js';
import type { StoredKey } from './keys.js';
import { Forbidden, Unauthenticated } from './refusals.js';
import type { Scope } from './scope.js';

/** For how long the keys are believed that were read last, while the database does not answer. */
export const TRUSTED_FOR_MS = 10_000;

/**
 * Who may call what, as of the last look at the database. A call asks nothing but this memory, and what a stranger
 * sends is never kept: it costs neither a statement nor a byte.
 */
@Injectable()
export class Access {
  #isOn = false;
  /** Those that are good, by their ids. */
  #keys: ReadonlyMap<string, StoredKey> = new Map();
  #knownAt = 0;
  #used = new Set<string>();
  /** The connections whose answer goes on, by the key that it was asked for with; null: without one. */
  readonly #goingOn = new Map<Socket, string | null>();

  /** Whether a call needs a key. Once it does, it does for as long as the process lives. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /**
   * Why a call may not be made; undefined where it may.
   * @param now milliseconds of `performance.now()`
   */
  refusal(authorization: string | undefined, scope: Scope, now = performance.now()): Error | undefined {
    if (!this.#isOn) return undefined;
    const given = keyIn(authorization);
    if (given === null) return new Unauthenticated(authorization !== undefined);
    // It may have been revoked in the meantime, or just created.
    if (now - this.#knownAt > TRUSTED_FOR_MS)
      return new Busy('The database does not answer, so that no key can be checked.');
    const key = this.#keys.get(given.id);
    if (key === undefined || !isSecretOf(given.secret, key.hash)) return new Unauthenticated(true);
    this.#used.add(key.id);
    return key.scopes.includes(scope) ? undefined : new Forbidden(scope);
  }

  /** Cuts off a connection whose answer goes on, as soon as its caller would be refused. */
  endWithKey(authorization: string | undefined, connection: Socket): void {
    if (connection.destroyed) return;
    this.#goingOn.set(connection, keyIn(authorization)?.id ?? null);
    connection.once('close', () => this.#goingOn.delete(connection));
  }

  /**
   * Takes note of all keys that were ever made; not of what was read before the last ones, and came late.
   * @param now milliseconds of `performance.now()`, before they were read
   */
  know(keys: readonly StoredKey[], now = performance.now()): void {
    if (now < this.#knownAt) return;
    this.#isOn ||= keys.length > 0;
    this.#keys = new Map(keys.filter(({ isRevoked }) => !isRevoked).map((key) => [key.id, key]));
    this.#knownAt = now;
    if (!this.#isOn) return;
    for (const [connection, id] of this.#goingOn) {
      if (id === null || !this.#keys.has(id)) connection.destroy();
    }
  }

  /** The ids of the keys that were used since this was last asked. */
  takeUsed(): string[] {
    const used = [...this.#used];
    this.#used = new Set();
    return used;
  }
}

function keyIn(authorization: string | undefined): ApiKey | null {
  const token = bearerToken(authorization);
  return token === null ? null : readApiKey(token);
}
