import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import { deleteAbandonedRanges } from '../../../src/kernel/event-log/positions.js';
import { ReactionReader } from '../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { Runner } from '../../../src/kernel/subscriptions/runner.js';
import { eventually } from '../../../testing/eventually.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { openKernel, wiredKernel, type Kernel } from '../../support/kernel.js';
import { append, happened, HEARS, Subscribed } from '../../support/subscription.js';
import { checkpointsIn } from '../../../src/kernel/subscriptions/readers/checkpoint.js';

/** One more than are appended under the lock. */
const MANY = 2_049;
const CAUSE = { correlationId: 'test', causationId: null };

const manyOf = (key: string, count = MANY) =>
  Array.from({ length: count }, (_, number) => ({
    event: { ...happened(key, { number }), subject: 'order' },
    cause: CAUSE,
  }));

describe('A transaction that appends many events', () => {
  let database: TestDatabase;
  let kernel: Kernel;
  let open: QueryRunner[] = [];
  /** Where the events of a test begin. */
  let start: number;

  beforeAll(async () => {
    database = await freshDatabase();
    kernel = await openKernel(database.url);
  });
  beforeEach(async () => {
    start = await kernel.log.last(kernel.dataSource.manager);
    await kernel.dataSource.query('delete from event_log.event');
  });
  afterEach(async () => {
    for (const runner of open) {
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      if (!runner.isReleased) await runner.release();
    }
    open = [];
    await deleteAbandonedRanges(kernel.dataSource.manager);
  });
  afterAll(async () => {
    await kernel.close();
    await database.drop();
  });

  async function begin(): Promise<QueryRunner> {
    const runner = kernel.dataSource.createQueryRunner();
    open.push(runner);
    await runner.startTransaction();
    return runner;
  }

  /** A transaction that has appended many events, and goes on. */
  async function appendMany(key: string): Promise<QueryRunner> {
    const runner = await begin();
    await kernel.log.append(runner.manager, manyOf(key));
    return runner;
  }

  /** Everything that each kind of reader is shown, as the keys of runs of events. */
  async function shown(): Promise<string[]> {
    const { manager } = kernel.dataSource;
    const all = await kernel.log.read(manager, start, 20_000);
    const of = await kernel.log.readOf(manager, HEARS, start, 20_000);
    const about = await kernel.log.readAbout(manager, 'order', start, 20_000);
    expect(of.events.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(about.map(({ id }) => id)).toEqual(all.filter(({ key }) => key !== 'OTHER').map(({ id }) => id));
    expect(of.head).toBe(await kernel.log.head(manager));
    for (const [i, { position }] of all.entries())
      if (i > 0) expect(position).toBeGreaterThan(all[i - 1]!.position);
    return all.flatMap(({ key }, i) => (key === all[i - 1]?.key ? [] : key));
  }

  const isSomebodyWaiting = async () => {
    const rows = await kernel.dataSource.query<unknown[]>(
      `select from pg_locks where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())`,
    );
    return rows.length > 0;
  };

  const terminateBackendOf = async (runner: QueryRunner) => {
    const [{ pid }] = (await runner.query('select pg_backend_pid() as pid')) as [{ pid: number }];
    await kernel.dataSource.query('select pg_terminate_backend($1)', [pid]);
  };

  it('lets others append and commit meanwhile, and is read before them once it is committed', async () => {
    await append(kernel, happened('OTHER'));
    const large = await appendMany('LARGE');
    await append(kernel, happened('OTHER'));
    expect(await shown()).toEqual(['OTHER']);
    expect(await kernel.log.last(kernel.dataSource.manager)).toBe(
      (await kernel.log.head(kernel.dataSource.manager)) + MANY + 1,
    );

    await large.commitTransaction();
    expect(await shown()).toEqual(['OTHER', 'LARGE', 'OTHER']);
    const numbers = await kernel.dataSource.query<{ number: number }[]>(
      `select (data ->> 'number')::int as number from event_log.event where key = 'LARGE' and position > $1 order by position`,
      [start],
    );
    expect(numbers.map(({ number }) => number)).toEqual(Array.from({ length: MANY }, (_, number) => number));
  });

  it('is not overtaken by a reader while it goes on, even if abandoned ranges are looked for', async () => {
    const large = await appendMany('LARGE');
    await append(kernel, happened('OTHER'));
    await deleteAbandonedRanges(kernel.dataSource.manager);
    expect(await shown()).toEqual([]);
    await large.commitTransaction();
    expect(await shown()).toEqual(['LARGE', 'OTHER']);
  });

  it('leaves a gap if it is rolled back', async () => {
    const large = await appendMany('LARGE');
    await append(kernel, happened('OTHER'));
    await large.rollbackTransaction();
    expect(await shown()).toEqual([]);
    await deleteAbandonedRanges(kernel.dataSource.manager);
    expect(await shown()).toEqual(['OTHER']);
  });

  it('holds up no reader for ever if its process is killed', async () => {
    const large = await appendMany('LARGE');
    const subscribed = await Subscribed.begin('behind a killed one', kernel);
    const react = (event: StoredEvent, tx: object) => subscribed.effect(event, tx);
    const options = { name: subscribed.name, events: HEARS };
    const reader = new ReactionReader(options, { react }, kernel.unitOfWork, kernel.log);
    const runner = new Runner(
      options,
      reader,
      kernel.dataSource.manager,
      checkpointsIn(kernel.dataSource.manager),
    );
    runner.start();
    try {
      await append(kernel, happened('OTHER'));
      const last = await kernel.log.last(kernel.dataSource.manager);
      const reached = runner.whenReached(last);
      await terminateBackendOf(large);
      await reached;
      await eventually('it has its effect', async () => (await subscribed.effects('OTHER')).length === 1);
      expect(await subscribed.effects()).toEqual([last]);
    } finally {
      await runner.stop();
    }
  });

  it('is read in the order of positions beside another one, whichever is committed first', async () => {
    const [first, second] = [await appendMany('FIRST'), await appendMany('SECOND')];
    await append(kernel, happened('OTHER'));
    await second.commitTransaction();
    expect(await shown()).toEqual([]);
    await first.commitTransaction();
    expect(await shown()).toEqual(['FIRST', 'SECOND', 'OTHER']);
  });

  it('is read although another one before it is rolled back, and not beyond one after it', async () => {
    const [first, second, third] = [
      await appendMany('FIRST'),
      await appendMany('SECOND'),
      await appendMany('THIRD'),
    ];
    await first.rollbackTransaction();
    await second.commitTransaction();
    await append(kernel, happened('OTHER'));
    await deleteAbandonedRanges(kernel.dataSource.manager);
    expect(await shown()).toEqual(['SECOND']);
    await third.commitTransaction();
    expect(await shown()).toEqual(['SECOND', 'THIRD', 'OTHER']);
  });

  it('may have appended some before, and may append more', async () => {
    const large = await begin();
    await kernel.log.append(large.manager, manyOf('LARGE', 1));
    await kernel.log.append(large.manager, manyOf('LARGE'));
    await large.commitTransaction();
    const other = await appendMany('LAST');
    await kernel.log.append(other.manager, manyOf('LAST', 1));
    await other.commitTransaction();
    expect(await shown()).toEqual(['LARGE', 'LAST']);
    expect(await kernel.log.read(kernel.dataSource.manager, start, 20_000)).toHaveLength(2 * MANY + 2);
  });

  it('makes others wait beside a process of version 0.1, which would pass over its events', async () => {
    const old = await openKernel(database.url, {}, 'earmark');
    const large = await appendMany('LARGE');
    const others = append(kernel, happened('OTHER'));
    await eventually('the other one waits', isSomebodyWaiting);
    await large.commitTransaction();
    await others;
    expect(await shown()).toEqual(['LARGE', 'OTHER']);
    await old.close();
  });

  it('is read completely and in order beside small ones, if some of both are rolled back', async () => {
    const [readSoFar, isDone] = [[] as string[], { now: false }];
    const reading = (async () => {
      for (let position = start; ;) {
        const wasDone = isDone.now;
        await deleteAbandonedRanges(kernel.dataSource.manager);
        const { events, upTo } = await kernel.log.readOf(kernel.dataSource.manager, HEARS, position, 1_000);
        readSoFar.push(...events.map(({ id }) => id));
        if (wasDone && upTo === position) return;
        position = upTo;
      }
    })();
    const write = async (key: string, size: number, times: number) => {
      for (let i = 0; i < times; i++) {
        const runner = await begin();
        await kernel.log.append(runner.manager, manyOf(key, size));
        await (i % 3 === 2 ? runner.rollbackTransaction() : runner.commitTransaction());
        await runner.release();
      }
    };
    await Promise.all([write('A', MANY, 3), write('B', 2 * MANY, 3), write('C', 1, 60), write('D', 2, 60)]);
    isDone.now = true;
    await reading;
    const all = await kernel.dataSource.query<{ id: string }[]>(
      'select id from event_log.event where position > $1 order by position',
      [start],
    );
    expect(all).toHaveLength(2 * MANY + 4 * MANY + 40 + 80);
    expect(readSoFar).toEqual(all.map(({ id }) => id));
  });

  it('is found to be committed if the answer to its commit is lost', async () => {
    const wired = await wiredKernel();
    try {
      wired.wire.lose('after', (statement) => statement === 'COMMIT');
      await wired.unitOfWork.inTransaction((tx) => wired.log.append(tx, manyOf('LARGE')));
      expect(wired.wire.disarm()).toBe(false);
      expect(await wired.log.head(wired.dataSource.manager)).toBe(MANY);
    } finally {
      await wired.close();
    }
  });
});
