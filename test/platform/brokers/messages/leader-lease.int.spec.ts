import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LeaderLease } from '../../../../src/platform/brokers/messages/leader-lease.js';
import { freshDatabase, type TestDatabase } from '../../../support/database.js';
import { openKernel, type Kernel } from '../../../support/kernel.js';

let database: TestDatabase;
let [one, two]: Kernel[] = [];
let [ours, theirs]: LeaderLease[] = [];
beforeAll(async () => {
  database = await freshDatabase();
  [one, two] = await Promise.all([openKernel(database.url), openKernel(database.url)]);
});
afterAll(async () => {
  await Promise.all([one!.close(), two!.close()]);
  await database.drop();
});
beforeEach(async () => {
  await Promise.all([ours?.release(), theirs?.release()]);
  [ours, theirs] = [new LeaderLease(one!.dataSource), new LeaderLease(two!.dataSource)];
});

describe('The leader lease', () => {
  it('is held by one instance until that releases it', async () => {
    expect(await ours!.isHeld()).toBe(true);
    expect(await ours!.isHeld()).toBe(true);
    expect(await theirs!.isHeld()).toBe(false);
    await ours!.release();
    expect(await theirs!.isHeld()).toBe(true);
    expect(await ours!.isHeld()).toBe(false);
  });

  it('takes no connection of an instance that does not hold it', async () => {
    await ours!.isHeld();
    // More often than the pool has connections.
    for (let time = 0; time < 25; time++) expect(await new LeaderLease(two!.dataSource).isHeld()).toBe(false);
  });

  it('takes one connection of its holder, and returns it on release', async () => {
    for (let time = 0; time < 25; time++) {
      expect(await ours!.isHeld()).toBe(true);
      await ours!.release();
    }
    const begun = jest.spyOn(one!.dataSource, 'createQueryRunner');
    for (let time = 0; time < 5; time++) await ours!.isHeld();
    expect(begun).toHaveBeenCalledTimes(1);
    jest.restoreAllMocks();
  });

  it('is acquired with a new session if its own is lost', async () => {
    await ours!.isHeld();
    await two!.dataSource.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())`,
    );
    await expect(ours!.isHeld()).rejects.toThrow();
    expect(await ours!.isHeld()).toBe(true);
  });
});
