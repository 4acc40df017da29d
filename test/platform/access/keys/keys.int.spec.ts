import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { hashOf, parseApiKey } from '../../../../src/platform/access/keys/api-key.js';
import {
  createKey,
  KeyNameTaken,
  listKeys,
  readKeys,
  recordUse,
  revokeKey,
  UnknownKey,
} from '../../../../src/platform/access/keys/keys.js';
import { ApiKeyRefresher } from '../../../../src/platform/access/api-key-refresher.js';
import { eventually } from '../../../../testing/eventually.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';

let kernel: Kernel;
beforeAll(async () => {
  Logger.overrideLogger(false);
  kernel = await freshKernel();
});
afterAll(() => kernel.close());
beforeEach(() => kernel.dataSource.query('truncate access.api_key'));

const create = (name: string) => createKey(kernel.dataSource, name, ['read', 'batches:write']);
const revoke = (name: string) => revokeKey(kernel.dataSource, name);
const list = () => listKeys(kernel.dataSource);
const idOf = (wording: string) => parseApiKey(wording)!.id;

describe('An API key', () => {
  it('is listed without its secret', async () => {
    const key = parseApiKey(await create('shop'))!;

    expect(await list()).toEqual([
      {
        name: 'shop',
        id: key.id,
        scopes: ['read', 'batches:write'],
        createdAt: expect.any(Date),
        lastUsedAt: null,
        revokedAt: null,
      },
    ]);
  });

  it('is stored as a hash only', async () => {
    const { secret } = parseApiKey(await create('shop'))!;
    const [row] = await kernel.dataSource.query<{ row: string }[]>(
      'select api_key::text as row from access.api_key',
    );

    expect(row!.row).not.toContain(secret);
    expect((await readKeys(kernel.dataSource))[0]!.hash).toEqual(hashOf(secret));
  });

  it('has a unique name, even if two are created at the same time', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => create('shop')));

    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await list()).toHaveLength(1);
    await expect(create('shop')).rejects.toThrow(KeyNameTaken);
    await expect(create('shop')).rejects.toThrow('There is a key shop already: choose another name.');
  });

  it('is revoked for good: its name stays taken, and revoking it again changes nothing', async () => {
    await create('shop');
    const revokedAt = await revoke('shop');

    expect(await revoke('shop')).toEqual(revokedAt);
    expect(await list()).toMatchObject([{ name: 'shop', revokedAt }]);
    expect(await readKeys(kernel.dataSource)).toMatchObject([{ isRevoked: true }]);
    await expect(create('shop')).rejects.toThrow('There was a key shop already: choose another name.');
  });

  it('cannot be revoked if it is unknown', async () => {
    await expect(revoke('shop')).rejects.toThrow(UnknownKey);
  });

  it('is recorded as used at most once a minute', async () => {
    const id = idOf(await create('shop'));
    await create('idle');
    const lastUsed = async () => (await list()).find(({ name }) => name === 'shop')!.lastUsedAt;
    await recordUse(kernel.dataSource, [id]);
    const first = await lastUsed();
    expect(first).toBeInstanceOf(Date);

    await recordUse(kernel.dataSource, [id]);
    expect(await lastUsed()).toEqual(first);

    await kernel.dataSource.query(`update access.api_key set last_used_at = now() - interval '61 seconds'`);
    await recordUse(kernel.dataSource, [id]);
    expect((await lastUsed())!.getTime()).toBeGreaterThanOrEqual(first!.getTime());
    const idle = (await list()).find(({ name }) => name === 'idle')!.lastUsedAt!;
    expect(idle.getTime()).toBeLessThan(first!.getTime());
  });
});

describe('The API key refresher', () => {
  it('knows the keys before the first call, and changes soon after', async () => {
    const key = `Bearer ${await create('shop')}`;
    const access = new Authenticator();
    const watch = await ApiKeyRefresher.start(kernel.dataSource, access, 'server');
    expect(access.admit(key, 'read')).toMatchObject({ kind: 'key' });

    watch.onApplicationBootstrap();
    try {
      const another = `Bearer ${await create('another')}`;
      await revoke('shop');
      await eventually('one is known', () => !(access.admit(another, 'read') instanceof Error));
      await eventually('the other is not', () => access.admit(key, 'read') instanceof Error);
      await eventually('its use is noted', async () => (await list())[0]!.lastUsedAt);
    } finally {
      await watch.onApplicationShutdown();
    }
  });

  it('goes on after a failed reading, and admits no new keys meanwhile', async () => {
    await create('shop');
    const access = new Authenticator();
    const watch = await ApiKeyRefresher.start(kernel.dataSource, access, 'server');
    watch.onApplicationBootstrap();
    try {
      await kernel.dataSource.query('alter table access.api_key rename to away');
      const looks = jest.spyOn(watch, 'refresh').mock.results;
      await eventually('it has tried', () => looks.length > 0);
      await expect(looks[0]!.value).rejects.toThrow('does not exist');
      expect(access.admit(undefined, 'read')).toMatchObject({ status: 401 });
      await kernel.dataSource.query('alter table access.away rename to api_key');
      const late = `Bearer ${await create('late')}`;
      await eventually('it is known', () => !(access.admit(late, 'read') instanceof Error));
    } finally {
      await watch.onApplicationShutdown();
    }
  });

  it('does not run in the command line, which serves no calls', async () => {
    const [serving, commanded] = [new Authenticator(), new Authenticator()];
    const watches = [
      await ApiKeyRefresher.start(kernel.dataSource, commanded, 'cli'),
      await ApiKeyRefresher.start(kernel.dataSource, serving, 'server'),
    ];
    for (const watch of watches) watch.onApplicationBootstrap();
    // Where the service has looked twice, the other would have looked once.
    await create('shop');
    await eventually('one look', () => serving.isEnabled);
    const key = `Bearer ${await create('another')}`;
    await eventually('another look', () => !(serving.admit(key, 'read') instanceof Error));
    await Promise.all(watches.map((watch) => watch.onApplicationShutdown()));

    expect(commanded.isEnabled).toBe(false);
  });
});
