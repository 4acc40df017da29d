import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { parseApiKey } from '../../../../src/platform/access/keys/api-key.js';
import { asking } from '../../../support/asking.js';
import { runCommand } from '../../../support/run-command.js';
import { freshKernel, type Kernel } from '../../../support/kernel.js';

/** How long the commands have waited, in ms, without that any time has passed. */
let pauses: number[];
jest.unstable_mockModule('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds)),
}));
const { keyCommands } = await import('../../../../src/platform/cli/operator/keys.js');

let kernel: Kernel;
beforeAll(async () => {
  kernel = await freshKernel();
});
afterAll(() => kernel.close());
beforeEach(async () => {
  pauses = [];
  await kernel.dataSource.query('truncate access.api_key');
});

const keys = (...args: string[]) =>
  runCommand(keyCommands(asking(kernel.dataSource), ['read', 'batches:write', 'admin']), ...args);
const listed = async () => (JSON.parse((await keys('list', '--json')).stdout) as { keys: object[] }).keys;

describe('`keys create`', () => {
  it('prints only the key to stdout once every service knows it, and warns that it is not shown again', async () => {
    const { stdout, stderr } = await keys('create', 'shop', '--scopes', 'read');

    expect(parseApiKey(stdout.trimEnd())).not.toBeNull();
    expect(stdout).toMatch(/^\S+\n$/);
    expect(stderr).toBe('This is the key of shop. Store it now: it is not shown again.\n');
    expect(pauses).toEqual([1_000]);
  });

  it('prints its result as JSON', async () => {
    const { stdout } = await keys('create', 'shop', '--scopes', 'read', '--json');

    expect(JSON.parse(stdout)).toEqual({ name: 'shop', scopes: ['read'], key: expect.any(String) });
  });

  it('accepts scopes with spaces, each once', async () => {
    await keys('create', 'shop', '--scopes', ' read,batches:write , read');

    expect(await listed()).toMatchObject([{ scopes: ['read', 'batches:write'] }]);
  });

  it.each([
    [['create', 'shop'], "required option '--scopes <list>' not specified"],
    [
      ['create', 'shop', '--scopes', 'read,write'],
      'There is no scope "write". The scopes are read, batches:write, admin.',
    ],
    [['create', 'shop', '--scopes', ''], 'There is no scope ""'],
    [['create', ' shop', '--scopes', 'read'], 'It must be a text of 1 to 128 characters'],
    [['create', '--scopes', 'read'], "missing required argument 'name'"],
  ])('rejects %j, and creates no key', async (args, reason) => {
    await expect(keys(...args)).rejects.toThrow(reason);
    expect(await listed()).toEqual([]);
  });

  it('says in its help that only the key goes to stdout', async () => {
    expect((await keys('create', '--help')).stdout).toMatch(/\n\nOnly the key goes to stdout\.\n$/);
  });
});

describe('`keys list`', () => {
  it('explains what it means if there is no key', async () => {
    expect(await keys('list')).toEqual({
      stdout: 'No API key exists: the API is open to this machine and closed to others.\n',
      stderr: '',
    });
  });

  it('shows the state of each key, to the second', async () => {
    for (const name of ['fresh', 'used', 'gone']) await keys('create', name, '--scopes', 'read,admin');
    await kernel.dataSource.query(
      `update access.api_key set id = '00112233445566' || name, created_at = '2026-01-02 03:04:05.678Z',
              last_used_at = case name when 'used' then timestamptz '2026-02-03 04:05:06.789Z' end,
              revoked_at = case name when 'gone' then timestamptz '2026-03-04 05:06:07.891Z' end`,
    );

    expect((await keys('list')).stdout.split('\n')).toEqual([
      'name   key                            scopes      created               last used             revoked',
      'fresh  earmark_00112233445566fresh_…  read,admin  2026-01-02T03:04:05Z  never                 no',
      'gone   earmark_00112233445566gone_…   read,admin  2026-01-02T03:04:05Z  never                 2026-03-04T05:06:07Z',
      'used   earmark_00112233445566used_…   read,admin  2026-01-02T03:04:05Z  2026-02-03T04:05:06Z  no',
      '',
    ]);
  });
});

describe('`keys revoke`', () => {
  it('prints when the key was revoked, once no service accepts it any more', async () => {
    await keys('create', 'shop', '--scopes', 'read');
    pauses = [];

    const { stdout } = await keys('revoke', 'shop');

    const [{ revokedAt }] = (await listed()) as [{ revokedAt: string }];
    expect(stdout).toBe(`The key of shop was revoked on ${revokedAt.slice(0, 19)}Z.\n`);
    expect(pauses).toEqual([1_000]);
    expect(JSON.parse((await keys('revoke', 'shop', '--json')).stdout)).toEqual({ name: 'shop', revokedAt });
  });

  it('rejects an unknown name', async () => {
    await expect(keys('revoke', 'nobody')).rejects.toThrow('There is no key nobody.');
    await expect(keys('revoke', '')).rejects.toThrow('It must be a text of 1 to 128 characters');
  });
});
