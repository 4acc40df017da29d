import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { filesIn } from '../../../src/platform/embedded-postgres/data-directory.js';
import { findPostmaster } from '../../../src/platform/embedded-postgres/postmaster.js';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';
import { findEmbeddedPostgres } from '../../../testing/embedded-postgres.js';
import { connected, postmasterPid, query, useDataDirs } from '../../support/data-dirs.js';

// Those that race are processes, and some of them run initdb.

const dirs = useDataDirs();

describe('Two services on one data directory', () => {
  it('are one too many: the second is refused with the reason, and the first does not notice', async () => {
    const url = await dirs.startHere(dirs.used).started;

    await expect(dirs.startHere(dirs.used).started).rejects.toMatchObject({
      name: 'DataDirectoryInUse',
      message: `Another Earmark is running on ${dirs.used}: stop it, or set DATA_DIR to another directory.`,
    });

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('that start at the same moment on an empty directory: exactly one wins, and commands get its PostgreSQL', async () => {
    const contested = dirs.fresh();
    const commands = [dirs.command(contested), dirs.command(contested)];
    const winner = await winnerOf([dirs.start(contested), dirs.start(contested)]);

    expect(await Promise.all(commands.map(({ started }) => started))).toEqual([winner, winner]);
    expect(await query(winner, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await findEmbeddedPostgres(contested)).toBe(winner);
  });

  it('that start at the same moment after all was killed: exactly one wins', async () => {
    await dirs.crash(dirs.used);
    const winner = await winnerOf([dirs.start(dirs.used), dirs.start(dirs.used), dirs.start(dirs.used)]);

    expect(await query(winner, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await findEmbeddedPostgres(dirs.used)).toBe(winner);
  });

  it('are prevented again after the lock was lost', async () => {
    const first = dirs.startHere(dirs.used);
    const url = await first.started;
    await query(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database IS NOT NULL`,
    );
    await first.says(/is back/);

    await expect(dirs.startHere(dirs.used).started).rejects.toMatchObject({ name: 'DataDirectoryInUse' });
  });

  async function winnerOf(starts: readonly { readonly started: Promise<string> }[]): Promise<string> {
    const results = await Promise.allSettled(starts.map((each) => each.started));
    const losers = results.filter((each) => each.status === 'rejected').map((each) => each.reason as Error);
    const winners = results.filter((each) => each.status === 'fulfilled').map((each) => each.value);

    expect(losers.map((each) => each.name)).toEqual(starts.slice(1).map(() => 'DataDirectoryInUse'));
    return winners[0]!;
  }
});

describe('Commands on one data directory', () => {
  const isGone = async () => (await findPostmaster(filesIn(dirs.used))) === null;

  it('use the same PostgreSQL, which ends with the last of them', async () => {
    const [first, second, third] = [
      dirs.commandHere(dirs.used),
      dirs.commandHere(dirs.used),
      dirs.commandHere(dirs.used),
    ];
    const url = await first.started;
    expect([await second.started, await third.started]).toEqual([url, url]);
    const working = await connected(url);

    await first.stop();
    await second.stop();
    expect((await working.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);

    await third.stop();
    expect(await isGone()).toBe(true);
  });

  it('that end at the same moment leave no PostgreSQL behind', async () => {
    // In one process, so that both ask before either has the answer; which is likely, not certain, in a round.
    const begin = () => startEmbeddedPostgres(dirs.used, undefined, { role: 'cli' });
    for (let round = 0; round < 4; round++) {
      const commands = [await begin(), await begin()];
      await Promise.all(commands.map((each) => each.stop()));
      expect(await isGone()).toBe(true);
    }
  });

  it('that begin while the last one ends get PostgreSQL nevertheless', async () => {
    for (let round = 0; round < 5; round++) {
      const ending = dirs.commandHere(dirs.used);
      await ending.started;
      const beginning = dirs.commandHere(dirs.used);
      const [, url] = await Promise.all([ending.stop(), beginning.started]);
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await beginning.stop();
    }
    expect(await isGone()).toBe(true);
  });

  it('leave it to a service that began meanwhile', async () => {
    const first = dirs.commandHere(dirs.used);
    const url = await first.started;
    const service = dirs.startHere(dirs.used);
    expect(await service.started).toBe(url);
    const working = await connected(url);

    await first.stop();
    expect((await working.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await findEmbeddedPostgres(dirs.used)).toBe(url);

    await service.stop();
    expect(await isGone()).toBe(true);
  });

  it('keep it when the service ends before them, and no service is found then', async () => {
    const service = dirs.startHere(dirs.used);
    const url = await service.started;
    const outliving = dirs.commandHere(dirs.used);
    expect(await outliving.started).toBe(url);

    await service.stop();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await findEmbeddedPostgres(dirs.used)).toBeNull();

    await outliving.stop();
    expect(await isGone()).toBe(true);
  });

  it('do not let a second service in', async () => {
    await dirs.commandHere(dirs.used).started;
    await dirs.startHere(dirs.used).started;

    await expect(dirs.startHere(dirs.used).started).rejects.toMatchObject({ name: 'DataDirectoryInUse' });
  });

  it.each(['server', 'cli'] as const)(
    'that are killed are in nobody’s way: neither in that of a %s, nor of those that still work',
    async (role) => {
      const [killed, other] = [dirs.command(dirs.used), dirs.command(dirs.used)];
      const url = await killed.started;
      await other.started;
      await killed.kill();
      expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await other.kill();

      const next = dirs.startHere(dirs.used, role);
      expect(await next.started).toBe(url);
      await next.stop();
      expect(await isGone()).toBe(true);
    },
  );

  it('go on with their PostgreSQL started again when it is killed', async () => {
    const [first, second] = [dirs.commandHere(dirs.used), dirs.commandHere(dirs.used)];
    const url = await first.started;
    await second.started;
    process.kill(await postmasterPid(dirs.used), 'SIGKILL');

    await Promise.all([first.says(/is back/), second.says(/is back/)]);
    await first.stop();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(await isGone()).toBe(true);
  });
});

describe('A running service', () => {
  it('has its PostgreSQL started again when that is killed, under the same URL', async () => {
    const service = dirs.startHere(dirs.used);
    const url = await service.started;
    process.kill(await postmasterPid(dirs.used), 'SIGKILL');

    await service.says(/is back/);

    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await service.stop();
    expect(await findPostmaster(filesIn(dirs.used))).toBeNull();
  });

  it('keeps its PostgreSQL on Ctrl-C until it has finished', async () => {
    const service = dirs.start(dirs.used);
    const client = await connected(await service.started);

    service.interrupt();
    await service.says(/interrupted/);

    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    expect(await findPostmaster(filesIn(dirs.used))).toMatchObject({ state: 'ready' });
    client.on('error', () => undefined);
  });

  it('is found by commands, unlike a PostgreSQL without a service', async () => {
    expect(await findEmbeddedPostgres(join(dirs.home, 'nowhere'))).toBeNull();
    expect(await findEmbeddedPostgres(dirs.used)).toBeNull();

    const service = dirs.start(dirs.used);
    const url = await service.started;
    expect(await findEmbeddedPostgres(dirs.used)).toBe(url);

    await service.kill();
    await dirs.startHere(dirs.used).stop();
    expect(await findEmbeddedPostgres(dirs.used)).toBeNull();
  });
});
