import { beforeAll, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Access } from '../../../src/shared/access/access.js';
import { hashOf, newApiKey, wordingOf } from '../../../src/shared/access/api-key.js';
import { KeyWatch } from '../../../src/shared/access/key-watch.js';
import { eventually } from '../../support/eventually.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

it('The watch over the keys asks again where a connection has died without a word', async () => {
  const key = newApiKey();
  const stored = { id: key.id, hash: hashOf(key.secret), scopes: ['read'], isRevoked: false };
  const query = jest
    .fn<() => Promise<unknown>>()
    .mockResolvedValueOnce([])
    .mockReturnValueOnce(new Promise(() => undefined))
    .mockResolvedValue([stored]);
  const access = new Access();
  const watch = await KeyWatch.begin({ query } as unknown as DataSource, access, 'service');
  watch.onApplicationBootstrap();
  try {
    await eventually('the key is known', () => access.isOn, 10_000);
    expect(access.admit(`Bearer ${wordingOf(key)}`, 'read')).toMatchObject({ by: 'key' });
  } finally {
    await watch.stop();
  }
});
