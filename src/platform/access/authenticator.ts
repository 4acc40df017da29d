import type { Socket } from 'node:net';
import { Busy } from '../../kernel/domain/errors.js';
import { type ApiKey, bearerToken, isSecretOf, parseApiKey } from './keys/api-key.js';
import type { Admission, Caller, Scope } from './callers/caller.js';
import type { TokenVerifier } from './tokens/token-verifier.js';
import type { StoredKey } from './keys/keys.js';
import { Forbidden, Unauthenticated } from './callers/refusals.js';

/** How long the keys that were read last are trusted while the database does not answer. */
export const TRUSTED_FOR_MS = 10_000;

/**
 * Decides who may call what. It knows the API keys as they were last read from the database, so that a call costs no
 * statement; tokens are checked against their issuer's keys. Nothing that a stranger sends is kept.
 */
export class Authenticator {
  #hasKeys = false;
  /** The valid keys, by id. */
  #keys: ReadonlyMap<string, StoredKey> = new Map();
  #knownAt = 0;
  #used = new Set<string>();
  /** Connections with a live feed, by caller. */
  readonly #streaming = new Map<Socket, Caller>();
  readonly #verifier: Pick<TokenVerifier, 'callerOf'> | null;
  readonly #anonymous: Caller;

  /**
   * @param verifier null: there are API keys only
   * @param scopes that every caller has as long as access control is off
   */
  constructor(verifier: Pick<TokenVerifier, 'callerOf'> | null = null, scopes: readonly Scope[] = []) {
    this.#verifier = verifier;
    this.#anonymous = { kind: 'nothing', id: '', name: '', scopes };
  }

  /** Whether access control is on. Once it is, it stays on for the life of the process. */
  get isEnabled(): boolean {
    return this.#hasKeys || this.#verifier !== null;
  }

  /**
   * Admits a call that needs one of the scopes, if there are any, or says why it is rejected. Only the check of a token is asynchronous.
   * @param now milliseconds of `performance.now()`
   */
  admit(
    authorization: string | undefined,
    needed: Scope | readonly Scope[],
    now = performance.now(),
  ): Admission | Promise<Admission> {
    if (!this.isEnabled) return this.#anonymous;
    const scopes = typeof needed === 'string' ? ([needed] as const) : needed;
    const token = bearerToken(authorization);
    if (token === null) return new Unauthenticated(authorization === undefined ? 'nothing' : 'key');
    const key = parseApiKey(token);
    if (key !== null) return withScope(scopes, this.#callerWith(key, now));
    if (this.#verifier === null) return new Unauthenticated('key');
    return this.#verifier.callerOf(token).then((caller) => withScope(scopes, caller));
  }

  /** Closes a connection with a live feed as soon as its caller would be rejected. */
  closeWhenRevoked(caller: Caller, connection: Socket): void {
    if (connection.destroyed) return;
    this.#streaming.set(connection, caller);
    connection.once('close', () => this.#streaming.delete(connection));
  }

  /**
   * Replaces the keys; a reading that began before the last one and arrives late is ignored.
   * @param keys all that were ever created
   * @param now milliseconds of `performance.now()`, before they were read
   */
  setKeys(keys: readonly StoredKey[], now = performance.now()): void {
    if (now < this.#knownAt) return;
    this.#hasKeys ||= keys.length > 0;
    this.#keys = new Map(keys.filter(({ isRevoked }) => !isRevoked).map((key) => [key.id, key]));
    this.#knownAt = now;
    for (const [connection, caller] of this.#streaming) {
      if (!this.#isStillValid(caller)) connection.destroy();
    }
  }

  /** The ids of the keys that were used since the last call of this. */
  drainUsedKeyIds(): string[] {
    const used = [...this.#used];
    this.#used = new Set();
    return used;
  }

  /** Takes back ids of `drainUsedKeyIds` that could not be recorded. */
  putBackUsed(ids: readonly string[]): void {
    for (const id of ids) this.#used.add(id);
  }

  #callerWith({ id, secret }: ApiKey, now: number): Admission {
    // It may have been revoked in the meantime, or just created.
    if (now - this.#knownAt > TRUSTED_FOR_MS)
      return new Busy('No key can be checked while the database does not answer; retry shortly.');
    const key = this.#keys.get(id);
    if (key === undefined || !isSecretOf(secret, key.hash)) return new Unauthenticated('key');
    this.#used.add(id);
    return { kind: 'key', id, name: key.name, scopes: key.scopes };
  }

  #isStillValid({ kind, id, expiresAt = 0 }: Caller): boolean {
    if (kind === 'nothing') return !this.isEnabled;
    return kind === 'key' ? this.#keys.has(id) : Date.now() < expiresAt;
  }
}

function withScope(scopes: readonly Scope[], caller: Admission): Admission {
  const [scope] = scopes;
  if (caller instanceof Error || scope === undefined) return caller;
  if (scopes.some((each) => caller.scopes.includes(each))) return caller;
  return new Forbidden(scope, caller.kind, caller);
}
