import { userInfo } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { parseApiKey } from '../../../src/platform/access/keys/api-key.js';
import {
  createKey,
  KeyNameTaken,
  recordUse,
  revokeKey,
  UnknownKey,
} from '../../../src/platform/access/keys/keys.js';
import { auditCommand } from '../../../src/platform/cli/operator/audit.js';
import { appendAudit, readAudit, type Audited } from '../../../src/kernel/audit/audit.js';
import { discardDeadLetter } from '../../../src/platform/brokers/messages/dead-letters.js';
import { migrateDown, migrateUp } from '../../../src/platform/migrations/migrations.js';
import { pruneAudit } from '../../../src/platform/retention/prune.js';
import { asking } from '../../support/asking.js';
import { runCommand } from '../../support/run-command.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { openKernel, type Kernel } from '../../support/kernel.js';

let database: TestDatabase;
let kernel: Kernel;
let other: Kernel;
beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await freshDatabase();
  [kernel, other] = await Promise.all([openKernel(database.url), openKernel(database.url)]);
});
afterAll(async () => {
  await Promise.all([kernel.close(), other.close()]);
  await database.drop();
});
beforeEach(() => kernel.dataSource.query('truncate access.api_key, access.audit restart identity'));

const me = { actor: userInfo().username, actorKind: 'operator' };
const audited = () => readAudit(kernel.dataSource, 0, 1_000);
const typesOf = async () => (await audited()).map(({ type }) => type);
const done = (subject: string): Audited => ({
  type: 'event-retried',
  actor: { kind: 'operator', name: 'alice' },
  subject,
});

describe('the audit log', () => {
  it('says who created and revoked a key, once, without its secret', async () => {
    const word = await createKey(kernel.dataSource, 'shop', ['read']);
    const { id: keyId, secret } = parseApiKey(word)!;
    await revokeKey(kernel.dataSource, 'shop');
    await revokeKey(kernel.dataSource, 'shop');

    const occurredAt: unknown = expect.any(Date);
    expect(await audited()).toEqual([
      {
        position: 1,
        occurredAt,
        type: 'key-created',
        ...me,
        subject: 'shop',
        details: { keyId, scopes: ['read'] },
      },
      { position: 2, occurredAt, type: 'key-revoked', ...me, subject: 'shop', details: { keyId } },
    ]);
    expect(JSON.stringify(await audited())).not.toContain(secret);
  });

  it('has no entry for an action that was refused', async () => {
    await createKey(kernel.dataSource, 'shop', ['read']);
    await expect(createKey(kernel.dataSource, 'shop', ['read'])).rejects.toThrow(KeyNameTaken);
    await expect(revokeKey(kernel.dataSource, 'nobody')).rejects.toThrow(UnknownKey);

    expect(await typesOf()).toEqual(['key-created']);
  });

  it('has one revocation if two operators revoke a key at the same time', async () => {
    await createKey(kernel.dataSource, 'shop', ['read']);
    const at = await Promise.all(
      [kernel, other, kernel, other].map(({ dataSource }) => revokeKey(dataSource, 'shop')),
    );

    expect(new Set(at.map(Number)).size).toBe(1);
    expect(await typesOf()).toEqual(['key-created', 'key-revoked']);
  });

  it('has the first use of a key exactly once, though several instances see it at the same time', async () => {
    const words = await Promise.all(
      ['a', 'b', 'c'].map((name) => createKey(kernel.dataSource, name, ['read'])),
    );
    const ids = words.map((word) => parseApiKey(word)!.id);
    const first = await Promise.all(
      Array.from({ length: 20 }, (_, n) => recordUse((n % 2 ? kernel : other).dataSource, ids)),
    );
    await kernel.dataSource.query(`update access.api_key set last_used_at = now() - interval '1 hour'`);
    expect(await recordUse(kernel.dataSource, ids)).toEqual([]);

    const used = (await audited()).filter(({ type }) => type === 'key-first-used');
    expect(used.map(({ subject }) => subject).sort()).toEqual(['a', 'b', 'c']);
    expect(first.flat().sort()).toEqual(['a', 'b', 'c']);
    for (const { actor, actorKind, subject, details } of used) {
      expect({ actor, actorKind }).toEqual({ actor: subject, actorKind: 'key' });
      expect(ids).toContain(details.keyId);
    }
  });

  it('is written in the transaction of the action, so that neither exists without the other', async () => {
    await kernel.dataSource.query('alter table access.audit rename to away');
    try {
      await expect(createKey(kernel.dataSource, 'shop', ['read'])).rejects.toThrow('does not exist');
      expect(await kernel.dataSource.query('select from access.api_key')).toEqual([]);
    } finally {
      await kernel.dataSource.query('alter table access.away rename to audit');
    }
  });

  it('gives out positions in the order of commits, so that a reader misses nothing', async () => {
    let appended: Promise<void>;
    await kernel.dataSource.transaction(async (manager) => {
      await appendAudit(manager, done('first'));
      appended = other.dataSource.transaction((late) => appendAudit(late, done('second')));
      const isWaiting = async () =>
        (
          await kernel.dataSource.query<unknown[]>(
            `select from pg_locks where locktype = 'advisory' and not granted and database =
                    (select oid from pg_database where datname = current_database())`,
          )
        ).length > 0;
      while (!(await isWaiting())) await new Promise((resolve) => setImmediate(resolve));
      expect(await readAudit(kernel.dataSource, 0, 10)).toEqual([]);
    });
    await appended!;

    expect((await audited()).map(({ subject }) => subject)).toEqual(['first', 'second']);
  });

  it('says who discarded a dead letter, and why', async () => {
    const [{ id }] = await kernel.dataSource.query<[{ id: number }]>(
      `insert into broker.dead_letter (broker, channel, reason, body, size)
       values ('test', 'allocate', 'unreadable', '', 0) returning id`,
    );
    await discardDeadLetter(kernel.dataSource, id, 'sent by mistake');

    const details = { channel: 'allocate', reason: 'sent by mistake' };
    expect(await audited()).toMatchObject([
      { type: 'dead-letter-discarded', ...me, subject: String(id), details },
    ]);
  });

  it('says who migrated the database, and survives the revert of its own migration', async () => {
    const { name } = (await migrateDown(database.url, 'batches'))!;
    await migrateUp(database.url, { kind: 'service', name: 'earmark' });

    expect(await audited()).toMatchObject([
      { type: 'migration-reverted', ...me, subject: `batches ${name}` },
      { type: 'migration-applied', actor: 'earmark', actorKind: 'service', subject: `batches ${name}` },
    ]);
    const audit = (await migrateDown(database.url, 'access'))!;
    await migrateUp(database.url);
    expect(await audited()).toMatchObject([
      { type: 'migration-applied', ...me, subject: `access ${audit.name}` },
    ]);
  });

  it('loses entries older than the number of days, if that is set', async () => {
    for (let n = 0; n < 5; n++) await appendAudit(kernel.dataSource, done(String(n)));
    await kernel.dataSource.query(
      `update access.audit set occurred_at = now() - (6 - position) * interval '10 days'`,
    );

    expect(await pruneAudit(kernel.dataSource.manager, 25)).toBe(3);
    expect((await audited()).map(({ subject }) => subject)).toEqual(['3', '4']);
    expect(await pruneAudit(kernel.dataSource.manager, 25)).toBe(0);
  });
});

describe('the command `audit`', () => {
  const audit = async (...args: string[]) =>
    (await runCommand(auditCommand(asking(kernel.dataSource)), ...args)).stdout;

  it('shows the newest entries, oldest first, without control characters', async () => {
    expect(await audit()).toBe('The audit log is empty.\n');
    for (const subject of ['first', 'second', '\u001b[2Jthird'])
      await appendAudit(kernel.dataSource, done(subject));
    await kernel.dataSource.query(`update access.audit set occurred_at = '2026-01-02 03:04:05.678Z'`);

    expect((await audit('--last', '2')).split('\n')).toEqual([
      'position  when                  what           to              by              details',
      '       2  2026-01-02T03:04:05Z  event-retried  second          operator alice',
      '       3  2026-01-02T03:04:05Z  event-retried  \\u001b[2Jthird  operator alice',
      '',
    ]);
  });

  it('prints the entries as JSON for machines', async () => {
    await appendAudit(kernel.dataSource, done('first'));

    const { items } = JSON.parse(await audit('--json')) as { items: object[] };
    expect(items).toMatchObject([
      { position: 1, type: 'event-retried', actor: 'alice', actorKind: 'operator', subject: 'first' },
    ]);
  });
});
