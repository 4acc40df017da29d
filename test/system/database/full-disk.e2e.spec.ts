import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { readSettings } from '../../../src/platform/config/settings.js';
import { connectDatabase } from '../../../src/platform/database/database.js';
import { eventually } from '../../../testing/eventually.js';
import { ServiceProcess } from '../../support/service-process.js';

let home: string;
let mounted: string[];
let service: ServiceProcess | null;

beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'earmark-disk-'));
  await chmod(home, 0o711);
  mounted = [];
  service = null;
});
afterEach(async () => {
  await service?.stop('SIGTERM');
  for (const disk of mounted) execFileSync('umount', ['-l', disk]);
  await rm(home, { recursive: true, force: true });
});

/** Mounting takes root. Without it a test of a disk says so instead of passing. */
function disk(options: string): string {
  const folder = join(home, `disk-${mounted.length}`);
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=711,${options}`, 'earmark-test', folder]);
  mounted.push(folder);
  return folder;
}

/** Leaves no block of it free. */
async function fill(folder: string): Promise<() => Promise<void>> {
  const ballast = join(folder, 'ballast');
  const { bsize, bavail } = await statfs(folder);
  const file = await open(ballast, 'w');
  try {
    // The last blocks one by one, as PostgreSQL may take some meanwhile.
    await file.write(Buffer.alloc(Math.max(bavail - 100, 0) * bsize));
    const block = Buffer.alloc(bsize);
    for (;;) await file.write(block);
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  } finally {
    await file.close();
  }
  return () => rm(ballast);
}

it('names a full disk in one line of the log, by a metric and by ready, confirms nothing that is lost, and heals', async () => {
  const folder = disk('size=140m');
  service = new ServiceProcess({ DATA_DIR: join(folder, 'data') });
  const url = await service.ready;
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    return { status: response.status, text: await response.text() };
  };
  const confirmed: string[] = [];
  let batches = 0;
  /** Large ones, which soon need another block. */
  const write = async () => {
    const reference = `${'x'.repeat(90)}-${++batches}`;
    const { status } = await call('POST', '/v1/batches', {
      reference,
      sku: `${'s'.repeat(90)}-${batches}`,
      quantity: 1,
    });
    if (status === 201) confirmed.push(reference);
    return status;
  };
  const writes = async () => Promise.all(Array.from({ length: 50 }, write));
  expect(new Set(await writes())).toEqual(new Set([201]));

  const makeSpace = await fill(folder);
  await eventually('a write is refused', async () => (await writes()).includes(503), 120_000);
  await eventually(
    'ready says why',
    async () => (await call('GET', '/health/ready')).text.includes('disk'),
    60_000,
  );
  const refused = await call('GET', '/health/ready');
  expect(refused.status).toBe(503);
  expect(refused.text).toMatch(/The disk of the database is full/);
  expect(refused.text).not.toMatch(/\/base\/|pg_wal|select|insert/);
  expect((await call('GET', '/health/live')).status).toBe(200);
  await writes();
  expect(service.said.match(/The disk of the database is full/g)).toHaveLength(1);

  await makeSpace();
  await eventually('it is ready', async () => (await call('GET', '/health/ready')).status === 200, 60_000);
  await eventually('writes succeed', async () => (await write()) === 201, 60_000);
  const { text: metrics } = await call('GET', '/metrics');
  expect(metrics).toMatch(/^earmark_database_disk_full(?:\{[^}]*\})? 0/m);
  for (const reference of confirmed) expect((await call('GET', `/v1/batches/${reference}`)).status).toBe(200);
});

it.each<[string, () => string, RegExp]>([
  ['on a disk too small', () => join(disk('size=10m'), 'data'), /No space left on device/],
  ['on a disk without a block', () => join(disk('nr_blocks=1'), 'data'), /no space left on device/i],
  ['on a disk without an inode', () => join(disk('nr_inodes=2'), 'data'), /no space left on device/i],
  ['on a disk that takes no writes', () => join(disk('size=1m,ro'), 'data'), /EROFS|read-only/i],
  [
    'below a file',
    () => {
      writeFileSync(join(home, 'file'), '');
      return join(home, 'file', 'data');
    },
    /ENOTDIR|EEXIST/,
  ],
  [
    'on a file',
    () => {
      writeFileSync(join(home, 'file'), '');
      return join(home, 'file');
    },
    /ENOTDIR|EEXIST/,
  ],
  ['at too long a path', () => join(home, 'x'.repeat(300)), /ENAMETOOLONG/],
  ['below /proc', () => '/proc/nope', /ENOENT/],
  [
    'that PostgreSQL left half a directory in',
    () => {
      mkdirSync(join(home, 'half', 'postgres'), { recursive: true });
      writeFileSync(join(home, 'half', 'postgres', 'PG_VERSION'), '18\n');
      writeFileSync(join(home, 'half', 'postgres.password'), 'secret');
      chmodSync(join(home, 'half'), 0o711);
      return join(home, 'half');
    },
    /postgresql\.conf|postgres/,
  ],
])('cannot use a DATA_DIR %s, and says why in one line', async (_, dataDir, reason) => {
  const error = await connectDatabase({ ...readSettings({}), dataDir: dataDir() }, 'server').catch(
    (why: unknown) => why,
  );
  expect(error).toBeInstanceOf(InvalidSetting);
  const { message } = error as InvalidSetting;
  expect(message).toMatch(reason);
  expect(message).toMatch(/^DATA_DIR cannot be used: [^\n]*$/);
});

it('ends with that line if it is started on such a DATA_DIR', async () => {
  const { code, stderr } = await new ServiceProcess({ DATA_DIR: '/proc/nope' }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/ENOENT/);
  expect(stderr).toMatch(/^DATA_DIR cannot be used: [^\n]*\n$/);
});
