import type { DataSource } from 'typeorm';
import { DomainError } from '../../../kernel/domain/errors.js';
import { appendAudit } from '../../../kernel/audit/audit.js';
import { processActor } from '../../../kernel/cause/actor.js';
import { hashOf, newApiKey, formatApiKey } from './api-key.js';
import type { Scope } from '../callers/caller.js';

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
  readonly name: string;
  readonly hash: Buffer;
  readonly scopes: readonly Scope[];
  readonly isRevoked: boolean;
}

/**
 * A key's name is unique for ever. That of a revoked key stays taken, so that a name in a list or in an old note always
 * means the same key.
 */
export class KeyNameTaken extends DomainError {
  readonly code = 'key-name-taken';
  readonly kind = 'conflict';

  constructor(name: string, isRevoked: boolean) {
    super(`There ${isRevoked ? 'was' : 'is'} a key ${name} already: choose another name.`, { name });
  }
}

export class UnknownKey extends DomainError {
  readonly code = 'unknown-key';
  readonly kind = 'not-found';

  constructor(name: string) {
    super(`There is no key ${name}.`, { name });
  }
}

/**
 * Makes a key and resolves with its wording, which nobody can be told again: only its hash is stored.
 * @throws {KeyNameTaken}
 */
export async function createKey(
  dataSource: DataSource,
  name: string,
  scopes: readonly Scope[],
  actor = processActor(),
): Promise<string> {
  const key = newApiKey();
  const isCreated = await dataSource.transaction(async (manager) => {
    const created = await manager.query<unknown[]>(
      `insert into access.api_key (name, id, hash, scopes) values ($1, $2, $3, $4)
           on conflict (name) do nothing returning name`,
      [name, key.id, hashOf(key.secret), scopes],
    );
    if (created.length === 0) return false;
    const details = { keyId: key.id, scopes };
    await appendAudit(manager, { type: 'key-created', actor, subject: name, details });
    return true;
  });
  if (isCreated) return formatApiKey(key);
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
export async function revokeKey(dataSource: DataSource, name: string, actor = processActor()): Promise<Date> {
  return dataSource.transaction(async (manager) => {
    const [key] = await manager.query<{ id: string; revokedAt: Date | null }[]>(
      'select id, revoked_at as "revokedAt" from access.api_key where name = $1 for no key update',
      [name],
    );
    if (key === undefined) throw new UnknownKey(name);
    if (key.revokedAt !== null) return key.revokedAt;
    const [[revoked]] = await manager.query<[[{ revokedAt: Date }], number]>(
      'update access.api_key set revoked_at = now() where name = $1 returning revoked_at as "revokedAt"',
      [name],
    );
    await appendAudit(manager, { type: 'key-revoked', actor, subject: name, details: { keyId: key.id } });
    return revoked.revokedAt;
  });
}

/** All that there are, the revoked ones among them: a key that was ever made keeps strangers out. */
export async function readKeys(dataSource: DataSource): Promise<StoredKey[]> {
  return dataSource.query(
    'select id, name, hash, scopes, revoked_at is not null as "isRevoked" from access.api_key',
  );
}

/**
 * Notes that the keys were used, of each once a minute at most, however many instances ask for it; and in the audit log
 * that it was used for the first time, exactly once.
 * @returns the names of those that were used for the first time
 */
export async function recordUse(dataSource: DataSource, ids: readonly string[]): Promise<string[]> {
  return dataSource.transaction(async (manager) => {
    // Of instances that note the same keys at once one does it: neither do they wait, nor can they deadlock.
    const [used] = await manager.query<[{ id: string; name: string; isFirst: boolean }[], number]>(
      `with due as (
         select id, last_used_at is null as is_first from access.api_key
          where id = any($1) and (last_used_at is null or last_used_at < now() - interval '1 minute')
            for no key update skip locked
       )
       update access.api_key as used set last_used_at = now() from due where used.id = due.id
       returning used.id, name, is_first as "isFirst"`,
      [ids],
    );
    const first = used.filter(({ isFirst }) => isFirst);
    const entries = first.map(({ id, name }) => ({
      type: 'key-first-used' as const,
      actor: { kind: 'key' as const, name },
      subject: name,
      details: { keyId: id },
    }));
    await appendAudit(manager, ...entries);
    return first.map(({ name }) => name);
  });
}
