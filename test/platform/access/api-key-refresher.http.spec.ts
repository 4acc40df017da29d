import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { hashOf, newApiKey, formatApiKey } from '../../../src/platform/access/keys/api-key.js';
import type { ProcessContext } from '../../../src/kernel/lifecycle/process-context.js';
import { eventually } from '../../../testing/eventually.js';

/** Whatever waits in here waits a twentieth of the time. */
const { setTimeout: wait } = await import('node:timers/promises');
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (milliseconds: number, value: unknown, options: object) =>
    wait(milliseconds / 20, value, options),
}));
const { ApiKeyRefresher } = await import('../../../src/platform/access/api-key-refresher.js');

const key = newApiKey();
const stored = { id: key.id, name: 'shop', hash: hashOf(key.secret), scopes: ['read'], isRevoked: false };
const FIVE_ROUNDS_MS = 10_000;

let told: string[];
let query: jest.Mock<(sql: string) => Promise<unknown>>;
let access: Authenticator;
let watch: Awaited<ReturnType<typeof ApiKeyRefresher.start>>;
beforeEach(() => {
  told = [];
  const note = (words: unknown) => void told.push(String(words));
  Logger.overrideLogger({ log: note, warn: note, error: note });
  query = jest.fn();
  access = new Authenticator();
});
afterEach(() => watch.onApplicationShutdown());

const isNote = (sql: string): boolean => sql.includes('update access.api_key');

async function begin(role: ProcessContext = 'server'): Promise<void> {
  const transaction = (work: (manager: object) => unknown) => work({ query });
  watch = await ApiKeyRefresher.start({ query, transaction } as unknown as DataSource, access, role);
  watch.onApplicationBootstrap();
}

describe('The API key refresher', () => {
  it('reads the keys again if a connection dies without an error', async () => {
    query
      .mockResolvedValueOnce([])
      .mockReturnValueOnce(new Promise(() => undefined))
      .mockResolvedValue([stored]);
    await begin();

    await eventually('the key is known', () => access.isEnabled, FIVE_ROUNDS_MS);
    expect(access.admit(`Bearer ${formatApiKey(key)}`, 'read')).toMatchObject({ kind: 'key' });
    expect(told).toEqual(['The key shop was created', 'API keys exist: authentication is now required']);
  });

  it('records keys that were used, and runs no other statement', async () => {
    const used = [{ id: key.id, name: 'shop', isFirst: true }];
    query.mockImplementation((sql) => Promise.resolve(isNote(sql) ? [used, 1] : [stored]));
    await begin();
    void access.admit(`Bearer ${formatApiKey(key)}`, 'read');
    await eventually('it has looked often', () => query.mock.calls.length >= 5);

    const notes = query.mock.calls.filter(([sql]) => isNote(sql));
    expect(notes).toEqual([[expect.anything(), [[key.id]]]]);
    expect(told).toEqual([
      'API keys exist: authentication is now required',
      'The key shop was used for the first time',
    ]);
  });

  it('records a use later if that failed, since the key may never be used again', async () => {
    let failures = 2;
    const note = () => (failures-- > 0 ? Promise.reject(new Error('away')) : Promise.resolve([[], 0]));
    query.mockImplementation((sql) => (isNote(sql) ? note() : Promise.resolve([stored])));
    await begin();
    void access.admit(`Bearer ${formatApiKey(key)}`, 'read');
    await eventually('it is noted', () => failures < 0, FIVE_ROUNDS_MS);

    const notes = query.mock.calls.filter(([sql]) => isNote(sql));
    expect(notes).toEqual([1, 2, 3].map(() => [expect.anything(), [[key.id]]]));
  });

  it('records the last uses before it stops', async () => {
    query.mockImplementation((sql) => Promise.resolve(isNote(sql) ? [[], 0] : [stored]));
    await begin();
    await watch.onApplicationShutdown();
    void access.admit(`Bearer ${formatApiKey(key)}`, 'read');
    await watch.onApplicationShutdown();

    expect(query.mock.calls.filter(([sql]) => isNote(sql))).toEqual([[expect.anything(), [[key.id]]]]);
  });

  it('logs which keys were created and revoked', async () => {
    query.mockResolvedValueOnce([stored]);
    const another = { ...stored, id: '0'.repeat(16), name: 'another' };
    query.mockResolvedValue([{ ...stored, isRevoked: true }, another]);
    await begin();
    await eventually('it has looked again', () => told.length >= 3, FIVE_ROUNDS_MS);

    expect(told.slice(1)).toEqual(['The key shop was revoked', 'The key another was created']);
  });

  it('logs an outage that lasts, and no short failures', async () => {
    const away = () => Promise.reject(new Error('away'));
    query.mockResolvedValueOnce([]);
    for (let n = 0; n < 3; n++) query.mockImplementationOnce(away);
    query.mockResolvedValueOnce([]).mockImplementation(away);
    await begin();
    await eventually('it has failed often again', () => query.mock.calls.length >= 8, FIVE_ROUNDS_MS);
    expect(told).toEqual([]);

    await eventually('the log is told', () => told.length > 0, FIVE_ROUNDS_MS);
    expect(told).toEqual(['Cannot read the API keys, retrying: away']);
  });

  it('reads the keys once and logs nothing in a process that serves no calls', async () => {
    query.mockResolvedValue([stored]);
    await begin('cli');

    expect(access.isEnabled).toBe(true);
    expect(told).toEqual([]);
  });
});
