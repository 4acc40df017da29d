import { setTimeout as wait } from 'node:timers/promises';
import type { DataSource, EntityManager } from 'typeorm';
import { DomainError } from '../../../kernel/domain/errors.js';
import { explainProblem } from '../../../kernel/domain/problem-texts.js';
import { appendAudit } from '../../../kernel/audit/audit.js';
import { processActor } from '../../../kernel/cause/actor.js';
import { hashOf, newApiKey, formatApiKey } from './api-key.js';
import type { Scope } from '../callers/caller.js';
import { KEYS_WRITE } from '../callers/scopes.js';

/** After this time every instance that reaches its database knows that a key was created or revoked. */
export const KNOWN_AFTER_MS = 1_000;

/** The advisory lock under which keys are managed over REST. */
const KEYS_LOCK = 0x6b65_7973;

/** A key as an operator sees it: without its secret. */
export interface KeyAnswer {
  readonly name: string;
  readonly id: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  /** To the minute; null if it was never used. */
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

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

explainProblem('key-name-taken', {
  meaning:
    'A key with this name exists or existed. The name of a revoked key cannot be used again, so that a name always ' +
    'means the same key.',
  action: 'Choose another name.',
  repetition: 'after-change',
});

export class UnknownKey extends DomainError {
  readonly code = 'unknown-key';
  readonly kind = 'not-found';

  constructor(name: string) {
    super(`There is no key ${name}.`, { name });
  }
}

explainProblem('unknown-key', {
  meaning: 'There is no key with this name.',
  action: 'List the keys to see their names.',
  repetition: 'after-change',
});

/** Only such a key may manage keys over REST: without one, those who cannot reach the database are locked out. */
export class NoManagingKey extends DomainError {
  readonly code = 'no-managing-key';
  readonly kind = 'conflict';

  constructor() {
    super(
      `No key with the scope ${KEYS_WRITE} would be left to manage keys: create one first. ` +
        'The command line on the database needs no key.',
    );
  }
}

explainProblem('no-managing-key', {
  meaning:
    'After the call there would be no key with the scope `keys:write`, and nobody could manage keys over REST any ' +
    'more.',
  action: 'Create another key with `keys:write` first, or use the command line on the database.',
  repetition: 'after-change',
});

/** Waits until running services know of a change: a key that was created works, and a revoked one does not. */
export const untilKnown = (): Promise<void> => wait(KNOWN_AFTER_MS);

/**
 * Creates a key and resolves with its text, which cannot be shown again: only its hash is stored.
 * @param keepsManaging whether some key must be able to manage keys after that
 * @throws {KeyNameTaken | NoManagingKey}
 */
export async function createKey(
  dataSource: DataSource,
  name: string,
  scopes: readonly Scope[],
  actor = processActor(),
  keepsManaging = false,
): Promise<string> {
  const key = newApiKey();
  return dataSource.transaction(async (manager) => {
    if (keepsManaging) await lockKeys(manager);
    const created = await manager.query<unknown[]>(
      `insert into access.api_key (name, id, hash, scopes) values ($1, $2, $3, $4)
           on conflict (name) do nothing returning name`,
      [name, key.id, hashOf(key.secret), scopes],
    );
    if (created.length === 0) {
      const [holder] = await manager.query<{ isRevoked: boolean }[]>(
        `select revoked_at is not null as "isRevoked" from access.api_key where name = $1`,
        [name],
      );
      throw new KeyNameTaken(name, holder?.isRevoked ?? false);
    }
    if (keepsManaging) await requireManagingKey(manager);
    const details = { keyId: key.id, scopes };
    await appendAudit(manager, { type: 'key-created', actor, subject: name, details });
    return formatApiKey(key);
  });
}

const KEYS = `select name, id, scopes, created_at as "createdAt", last_used_at as "lastUsedAt",
         revoked_at as "revokedAt" from access.api_key`;

/** The keys that were ever created, by name: at most `count` after a name. */
export async function listKeys(
  dataSource: DataSource,
  { after = '', count = null }: { after?: string | undefined; count?: number | null } = {},
): Promise<KeyAnswer[]> {
  return dataSource.query(`${KEYS} where name > $1 order by name limit $2`, [after, count]);
}

/** @throws {UnknownKey} */
export async function findKey(dataSource: DataSource, name: string): Promise<KeyAnswer> {
  const [key] = await dataSource.query<KeyAnswer[]>(`${KEYS} where name = $1`, [name]);
  if (!key) throw new UnknownKey(name);
  return key;
}

/**
 * Takes a key back for good. Safe to repeat: it stays revoked since the first time, which this resolves with.
 * @param keepsManaging whether some key must be able to manage keys after that
 * @throws {UnknownKey | NoManagingKey}
 */
export async function revokeKey(
  dataSource: DataSource,
  name: string,
  actor = processActor(),
  keepsManaging = false,
): Promise<Date> {
  return dataSource.transaction(async (manager) => {
    if (keepsManaging) await lockKeys(manager);
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
    if (keepsManaging) await requireManagingKey(manager);
    await appendAudit(manager, { type: 'key-revoked', actor, subject: name, details: { keyId: key.id } });
    return revoked.revokedAt;
  });
}

/** Of two that each revoke the key of the other, the second one sees what the first one has done. */
async function lockKeys(manager: EntityManager): Promise<void> {
  await manager.query('select pg_advisory_xact_lock($1)', [KEYS_LOCK]);
}

/** @throws {NoManagingKey} */
async function requireManagingKey(manager: EntityManager): Promise<void> {
  const [row] = await manager.query<{ isThere: boolean }[]>(
    `select exists (select from access.api_key where revoked_at is null and $1 = any(scopes)) as "isThere"`,
    [KEYS_WRITE],
  );
  if (!row!.isThere) throw new NoManagingKey();
}

/** All keys, also revoked ones: once a key was created, strangers stay out. */
export async function readKeys(dataSource: DataSource): Promise<StoredKey[]> {
  return dataSource.query(
    'select id, name, hash, scopes, revoked_at is not null as "isRevoked" from access.api_key',
  );
}

/**
 * Records when the keys were used, each at most once a minute over all instances; and the first use of a key in the audit
 * log, exactly once.
 * @returns the names of the keys that were used for the first time
 */
export async function recordUse(dataSource: DataSource, ids: readonly string[]): Promise<string[]> {
  return dataSource.transaction(async (manager) => {
    // If several instances record the same keys at once, one of them does it; they neither wait nor deadlock.
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
