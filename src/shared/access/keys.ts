import type { DataSource } from 'typeorm';
import { hashOf, newApiKey, wordingOf } from './api-key.js';
import { KeyNameTaken, UnknownKey } from './errors.js';
import type { Scope } from './scope.js';

/** After how long every instance that reaches its database knows of a key that was created or revoked. */
export const KNOWN_AFTER_MS = 1_000;

/** A key as an operator sees it: without what could be used. */
export interface KeyAnswer {
  readonly name: string;
  /** The part of it that may be seen, and tells which one it is wherever it is found. */
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  /** To the minute; null where nobody has called with it yet. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

/** A key as a call is checked against it. */
export interface StoredKey {
  readonly id: string;
  readonly hash: Buffer;
  readonly scopes: readonly Scope[];
  readonly isRevoked: boolean;
}

/**
 * Makes a key and resolves with its wording, which nobody can be told again: only its hash is stored.
 * @throws {KeyNameTaken}
 */
export async function createKey(
  dataSource: DataSource,
  name: string,
  scopes: readonly Scope[],
): Promise<string> {
  const key = newApiKey();
  const created = await dataSource.query<unknown[]>(
    `insert into access.api_key (name, id, hash, scopes) values ($1, $2, $3, $4)
         on conflict (name) do nothing returning name`,
    [name, key.id, hashOf(key.secret), scopes],
  );
  if (created.length === 1) return wordingOf(key);
  const [holder] = await dataSource.query<{ isRevoked: boolean }[]>(
    `select revoked_at is not null as "isRevoked" from access.api_key where name = $1`,
    [name],
  );
  throw new KeyNameTaken(name, holder?.isRevoked ?? false);
}

/** Every key that was ever made, in the order of their names. */
export async function listKeys(dataSource: DataSource): Promise<KeyAnswer[]> {
  return dataSource.query(
    `select name, id, scopes, created_at as "createdAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"
       from access.api_key order by name`,
  );
}

/**
 * Takes a key back for good. Safe to repeat: it stays revoked since the first time, which this resolves with.
 * @throws {UnknownKey}
 */
export async function revokeKey(dataSource: DataSource, name: string): Promise<Date> {
  const [[revoked]] = await dataSource.query<[{ revokedAt: Date }[], number]>(
    `update access.api_key set revoked_at = coalesce(revoked_at, now())
      where name = $1 returning revoked_at as "revokedAt"`,
    [name],
  );
  if (revoked === undefined) throw new UnknownKey(name);
  return revoked.revokedAt;
}

/** All that there are, the revoked ones among them: a key that was ever made keeps strangers out. */
export async function readKeys(dataSource: DataSource): Promise<StoredKey[]> {
  return dataSource.query(
    'select id, hash, scopes, revoked_at is not null as "isRevoked" from access.api_key',
  );
}

/** Notes that the keys were used, of each once a minute at most, however many instances ask for it. */
export async function recordUse(dataSource: DataSource, ids: readonly string[]): Promise<void> {
  // Of instances that note the same keys at once one does it: neither do they wait, nor can they deadlock.
  await dataSource.query(
    `update access.api_key set last_used_at = now()
      where id in (
            select id from access.api_key
             where id = any($1) and (last_used_at is null or last_used_at < now() - interval '1 minute')
               for no key update skip locked)`,
    [ids],
  );
}
