import { once } from 'node:events';
import { appendFile, readFile, truncate } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import * as timers from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { eventually } from '../../../testing/eventually.js';

/** How long was to be waited, in ms, by whom ever; it is not waited longer than 100. */
const pauses: number[] = [];
jest.unstable_mockModule('node:timers/promises', () => ({
  ...timers,
  setTimeout: (milliseconds: number, ...rest: [undefined?, object?]) => {
    pauses.push(milliseconds);
    return timers.setTimeout(Math.min(milliseconds, 100), ...rest);
  },
}));
const { DataDirectoryInUse, startEmbeddedPostgres } =
  await import('../../../src/platform/embedded-postgres/embedded-postgres.js');
const { findEmbeddedPostgres } = await import('../../../testing/embedded-postgres.js');
const { findPostmaster } = await import('../../../src/platform/embedded-postgres/postmaster.js');
const { filesIn } = await import('../../../src/platform/embedded-postgres/data-directory.js');
const { postmasterPid, query, useDataDirs } = await import('../../support/data-dirs.js');

const LOST = 'Lost the connection to the embedded PostgreSQL: restarting it if it does not run';
const BACK = 'The embedded PostgreSQL is back';

const dirs = useDataDirs();
let lines: string[];
let postgres: EmbeddedPostgres;
beforeEach(async () => {
  lines = [];
  postgres = await startEmbeddedPostgres(dirs.used, (line) => lines.push(line));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await postgres.stop();
});

const crash = async () => process.kill(await postmasterPid(dirs.used), 'SIGKILL');
const crashAndReturn = async () => {
  const before = lines.length;
  await crash();
  await eventually('it is back', () => lines.includes(BACK, before));
};
/** Keeps PostgreSQL from being started until it is mended. */
async function spoil(): Promise<() => Promise<void>> {
  const settings = join(dirs.used, 'postgres', 'postgresql.auto.conf');
  const { length } = await readFile(settings);
  await appendFile(settings, `shared_buffers = 'plenty'\n`);
  return () => truncate(settings, length);
}
const isGone = async () => (await findPostmaster(filesIn(dirs.used))) === null;

describe('A PostgreSQL that crashes', () => {
  it('is started again on its port, which the log says', async () => {
    await crashAndReturn();

    expect(lines[0]).toBe(LOST);
    expect(lines.at(-1)).toBe(BACK);
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is started again at once, then later and later, and at once again after a quiet minute', async () => {
    const since = (from: number) => pauses.slice(from).filter((pause) => [0, 100, 200].includes(pause));
    const from = pauses.length;
    for (let n = 0; n < 3; n++) await crashAndReturn();
    expect(since(from)).toEqual([0, 100, 200]);

    const later = Date.now() + 61_000;
    jest.spyOn(Date, 'now').mockReturnValue(later);
    const afterwards = pauses.length;
    await crash();
    await eventually('it is back', () => lines.filter((line) => line === BACK).length === 4);
    expect(since(afterwards)[0]).toBe(0);
  });

  it('is tried again until it starts, and the log says why it did not', async () => {
    const mend = await spoil();
    await crash();
    await eventually('it is told', () => lines.some((line) => line.includes('"shared_buffers": "plenty"')));
    await mend();

    await eventually('it is back', () => lines.includes(BACK));
    expect(lines[0]).toBe(LOST);
  });

  it('is not logged as back if it was stopped while it could not start', async () => {
    const mend = await spoil();
    await crash();
    await eventually('it was tried', () => lines.length === 4);
    await postgres.stop();
    await mend();

    expect(lines.join('\n')).not.toContain('aborted');
  });

  it('is left to another process that has started it on another port, until that ends', async () => {
    // There are ports over TCP alone: it is so on Windows.
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    await postgres.stop();
    postgres = await startEmbeddedPostgres(dirs.used, (line) => lines.push(line), { settings });
    const mend = await spoil();
    await crash();
    await eventually('it was tried', () => lines.length > 1);
    const { port } = new URL(postgres.url);
    const taken = createServer().listen(Number(port), '127.0.0.1');
    await once(taken, 'listening');
    await mend();

    const other = await startEmbeddedPostgres(dirs.used, undefined, {
      role: 'cli',
      settings,
    });
    await eventually('it is found there', () =>
      lines.includes(`PostgreSQL runs on port ${new URL(other.url).port} instead of ${port}`),
    );
    expect(await query(other.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(lines).not.toContain(BACK);
    taken.close();
    await other.stop();
    await eventually('it is back', () => lines.includes(BACK));
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('does not come back if it is stopped at any moment meanwhile', async () => {
    for (let round = 0; round < 5; round++) {
      await crash();
      await eventually('it is missed', () => lines.includes(LOST));
      await timers.setTimeout(30 * round);
      await postgres.stop();
      await eventually('it is gone', isGone);
      lines = [];
      postgres = await startEmbeddedPostgres(dirs.used, (line) => lines.push(line));
    }
  });
});

describe('A start that fails', () => {
  it('is tried again four times, later and later, and then given up', async () => {
    await postgres.stop();
    const mend = await spoil();
    const from = pauses.length;
    const start = startEmbeddedPostgres(dirs.used, (line) => lines.push(line));

    await expect(start).rejects.toThrow('"shared_buffers": "plenty"');
    expect(pauses.slice(from).filter((pause) => pause > 10)).toEqual([200, 400, 800, 1_600]);
    expect(lines.filter((line) => line.endsWith('errors; trying again'))).toHaveLength(4);
    await mend();
  });
});

describe('A stop', () => {
  it('is done once, however often it is called, and is not logged as a crash', async () => {
    const stopped = postgres.stop();
    expect(postgres.stop()).toBe(stopped);
    await stopped;

    expect(await isGone()).toBe(true);
    expect(lines).toEqual([]);
  });
});

describe('Another process', () => {
  const sessions = async () => {
    const [row] = (await query(
      postgres.url,
      `SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE backend_type = 'client backend'`,
    )) as [{ sessions: number }];
    return row.sessions;
  };

  it('leaves no session behind when it looks for a service or is refused', async () => {
    expect(await sessions()).toBe(2);
    expect(await findEmbeddedPostgres(dirs.used)).toBe(postgres.url);
    await expect(startEmbeddedPostgres(dirs.used)).rejects.toThrow(DataDirectoryInUse);

    await eventually('they are gone', async () => (await sessions()) === 2);
  });

  it('asks again when its connection is lost before the answer', async () => {
    const heard: string[] = [];
    const start = startEmbeddedPostgres(dirs.used, (line) => heard.push(line));
    await eventually('it has to wait', async () => {
      const waiting = await query(
        postgres.url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'advisory'`,
      );
      return waiting.length > 0;
    });
    await eventually('it asks again', () => heard.some((line) => line.endsWith('; trying again')));
    await postgres.stop();
    postgres = await start;

    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});
