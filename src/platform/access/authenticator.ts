import type { Socket } from 'node:net';
import { Busy } from '../../kernel/domain/errors.js';
import { type ApiKey, bearerToken, isSecretOf, parseApiKey } from './keys/api-key.js';
import type { Admission, Caller, Scope } from './callers/caller.js';
import type { TokenVerifier } from './tokens/token-verifier.js';
import type { StoredKey } from './keys/keys.js';
import { Forbidden, Unauthenticated } from './callers/refusals.js';

/** For how long the keys are believed that were read last, while the database does not answer. */
export const TRUSTED_FOR_MS = 10_000;

/**
 * Who may call what. Of keys it knows what the last look at the database told, so that a call asks nothing but this
 * memory; tokens are checked against the keys of their issuer. What a stranger sends is never kept: it costs neither a
 * statement nor a byte.
 */
export class Authenticator {
  #hasKeys = false;
  /** Those that are good, by their ids. */
  #keys: ReadonlyMap<string, StoredKey> = new Map();
  #knownAt = 0;
  #used = new Set<string>();
  /** The connections whose answer goes on, by who has asked for it. */
  readonly #goingOn = new Map<Socket, Caller>();
  readonly #issuer: Pick<TokenVerifier, 'callerOf'> | null;
  readonly #anonymous: Caller;

  /**
   * @param issuer null: there are keys alone
   * @param scopes that every caller has as long as access control is off
   */
  constructor(issuer: Pick<TokenVerifier, 'callerOf'> | null = null, scopes: readonly Scope[] = []) {
    this.#issuer = issuer;
    this.#anonymous = { kind: 'nothing', id: '', name: '', scopes };
  }

  /** Whether callers are asked who they are. Once they are, they are for as long as the process lives. */
  get isEnabled(): boolean {
    return this.#hasKeys || this.#issuer !== null;
  }

  /**
   * Lets a call in that needs one of the scopes, or says why not. Only a token is waited for.
   * @param now milliseconds of `performance.now()`
   */
  admit(
    authorization: string | undefined,
    needed: Scope | readonly [Scope, ...Scope[]],
    now = performance.now(),
  ): Admission | Promise<Admission> {
    if (!this.isEnabled) return this.#anonymous;
    const scopes = typeof needed === 'string' ? ([needed] as const) : needed;
    const token = bearerToken(authorization);
    if (token === null) return new Unauthenticated(authorization === undefined ? 'nothing' : 'key');
    const key = parseApiKey(token);
    if (key !== null) return withScope(scopes, this.#holderOf(key, now));
    if (this.#issuer === null) return new Unauthenticated('key');
    return this.#issuer.callerOf(token).then((caller) => withScope(scopes, caller));
  }

  /** Cuts off a connection whose answer goes on, as soon as its caller would be refused. */
  closeWhenRevoked(caller: Caller, connection: Socket): void {
    if (connection.destroyed) return;
    this.#goingOn.set(connection, caller);
    connection.once('close', () => this.#goingOn.delete(connection));
  }

  /**
   * Takes note of all keys that were ever made; not of what was read before the last ones, and came late.
   * @param now milliseconds of `performance.now()`, before they were read
   */
  setKeys(keys: readonly StoredKey[], now = performance.now()): void {
    if (now < this.#knownAt) return;
    this.#hasKeys ||= keys.length > 0;
    this.#keys = new Map(keys.filter(({ isRevoked }) => !isRevoked).map((key) => [key.id, key]));
    this.#knownAt = now;
    for (const [connection, caller] of this.#goingOn) {
      if (!this.#isStillGood(caller)) connection.destroy();
    }
  }

  /** The ids of the keys that were used since this was last asked. */
  drainUsedKeyIds(): string[] {
    const used = [...this.#used];
    this.#used = new Set();
    return used;
  }

  /** Takes back what `drainUsedKeyIds` gave, since it could not be recorded. */
  putBackUsed(ids: readonly string[]): void {
    for (const id of ids) this.#used.add(id);
  }

  #holderOf({ id, secret }: ApiKey, now: number): Admission {
    // It may have been revoked in the meantime, or just created.
    if (now - this.#knownAt > TRUSTED_FOR_MS)
      return new Busy('The database does not answer, so that no key can be checked.');
    const key = this.#keys.get(id);
    if (key === undefined || !isSecretOf(secret, key.hash)) return new Unauthenticated('key');
    this.#used.add(id);
    return { kind: 'key', id, name: key.name, scopes: key.scopes };
  }

  #isStillGood({ kind, id, expiresAt = 0 }: Caller): boolean {
    if (kind === 'nothing') return !this.isEnabled;
    return kind === 'key' ? this.#keys.has(id) : Date.now() < expiresAt;
  }
}

function withScope(scopes: readonly [Scope, ...Scope[]], caller: Admission): Admission {
  if (caller instanceof Error || scopes.some((scope) => caller.scopes.includes(scope))) return caller;
  return new Forbidden(scopes[0], caller.kind, caller);
}
