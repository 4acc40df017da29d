import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LogPruned } from '../../../src/kernel/event-log/pruned.js';
import { managerOf } from '../../../src/kernel/postgres/typeorm-transactions.js';
import { startRebuild } from '../../../src/kernel/subscriptions/rebuild.js';
import {
  findRebuild,
  NeverRebuilt,
  RebuildRunning,
  recordStart,
} from '../../../src/kernel/subscriptions/rebuild-record.js';
import type { Projection } from '../../../src/kernel/subscriptions/readers/subscription.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { openKernel, type Kernel } from '../../support/kernel.js';
import { signal, type Signal } from '../../support/signal.js';
import { append, happened, HEARS } from '../../support/subscription.js';

let database: TestDatabase;
let kernel: Kernel;
/** Another instance. */
let other: Kernel;
let name: string;
let tests = 0;
/** The read model has begun to be built, and may go on. */
let isBuilding: Signal;
let goOn: Signal;

beforeAll(async () => {
  database = await freshDatabase();
  [kernel, other] = [await openKernel(database.url), await openKernel(database.url)];
  await kernel.dataSource.query('create schema probe');
  await kernel.dataSource.query('create table probe.count (times bigint)');
  await append(kernel, happened('LAMP'), happened('RUG'));
});
afterAll(async () => {
  await Promise.all([kernel.close(), other.close()]);
  await database.drop();
});
beforeEach(() => {
  name = `test.count-${++tests}`;
  [isBuilding, goOn] = [signal(), signal()];
});

/** @param statement what the read model does once it may go on */
const readModel = (statement = 'select'): Projection => ({
  table: 'probe.count',
  async project(tx) {
    isBuilding.give();
    await goOn.given;
    await managerOf(tx).query(statement);
  },
});
const start = (on: Kernel, model = readModel(), how: Parameters<typeof startRebuild>[4] = {}) =>
  startRebuild(on.dataSource, on.log, { name, events: HEARS }, model, how);
const found = (on = other) => findRebuild(on.dataSource.manager, name);

describe('A rebuild', () => {
  it('can be followed from every instance, from its start to its end', async () => {
    await expect(found()).rejects.toThrow(NeverRebuilt);

    const { finished } = await start(kernel);
    await isBuilding.given;

    const running = {
      subscription: name,
      state: 'running',
      position: 0,
      head: 2,
      error: null,
      endedAt: null,
    };
    expect(await found()).toEqual({ ...running, startedAt: expect.any(Date) });
    goOn.give();
    expect(await finished).toBe(2);
    expect(await found()).toEqual({
      ...running,
      state: 'done',
      position: 2,
      startedAt: expect.any(Date),
      endedAt: expect.any(Date),
    });
  });

  it('is the only one of its read model, whichever instance begins another', async () => {
    const { finished } = await start(kernel);

    for (const instance of [kernel, other])
      await expect(start(instance)).rejects.toThrow(new RebuildRunning(name));
    goOn.give();
    await finished;
    expect(await (await start(other)).finished).toBe(2);
  });

  it('says why it has failed, and can begin again', async () => {
    goOn.give();
    const { finished } = await start(kernel, readModel('select 1 / 0'));

    await expect(finished).rejects.toThrow('division by zero');
    expect(await found()).toMatchObject({
      state: 'failed',
      error: 'QueryFailedError: division by zero',
      endedAt: expect.any(Date),
    });
    await (
      await start(other)
    ).finished;
    expect(await found()).toMatchObject({ state: 'done', error: null });
  });

  it('ends in the middle of a statement when it is stopped', async () => {
    const stop = new AbortController();
    const { finished } = await start(kernel, readModel('select pg_sleep(600)'), { signal: stop.signal });
    await isBuilding.given;
    goOn.give();

    stop.abort(new Error('The service was stopped.'));

    await expect(finished).rejects.toThrow('The service was stopped.');
    expect(await found()).toMatchObject({ state: 'failed', error: 'Error: The service was stopped.' });
  });

  it('counts as failed if its process was killed', async () => {
    await recordStart(kernel.dataSource.manager, name, 2);

    expect(await found()).toMatchObject({
      state: 'failed',
      error: 'The process that ran the rebuild has ended.',
      endedAt: null,
    });
    goOn.give();
    expect(await (await start(other)).finished).toBe(2);
  });

  it('counts as failed if its connection was cut', async () => {
    const { finished } = await start(kernel);
    await isBuilding.given;
    await other.dataSource.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction'`,
    );
    goOn.give();

    await expect(finished).rejects.toThrow();
    expect(await found()).toMatchObject({ state: 'failed' });
  });

  it('is not begun on a log that is not whole, and leaves the last one as it was', async () => {
    goOn.give();
    await (
      await start(kernel)
    ).finished;
    await kernel.dataSource.query('update event_log.pruned set up_to = 1');

    for (const instance of [kernel, other]) await expect(start(instance)).rejects.toThrow(LogPruned);
    expect(await found()).toMatchObject({ state: 'done' });
    await kernel.dataSource.query('update event_log.pruned set up_to = 0');
  });
});
