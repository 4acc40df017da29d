import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { StoredEvent } from '../../../src/kernel/domain/events.js';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import { DeliveryReader } from '../../../src/kernel/subscriptions/readers/delivery-reader.js';
import { ReactionReader } from '../../../src/kernel/subscriptions/readers/reaction-reader.js';
import { Runner } from '../../../src/kernel/subscriptions/runner.js';
import type { Reaction } from '../../../src/kernel/subscriptions/readers/subscription.js';
import type { UnitOfWork } from '../../../src/kernel/unit-of-work/unit-of-work.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { openKernel, type Kernel } from '../../support/kernel.js';
import { append, happened, HEARS, Subscribed } from '../../support/subscription.js';
import { terminate } from '../../support/wire.js';
import { checkpointsIn } from '../../../src/kernel/subscriptions/readers/checkpoint.js';

describe('two instances that run a subscription', () => {
  let database: TestDatabase;
  let witness: Kernel;
  let instances: [Kernel, Kernel];
  let runners: Runner[] = [];

  beforeAll(async () => {
    database = await freshDatabase();
    witness = await openKernel(database.url);
  });

  beforeEach(async () => {
    await witness.dataSource.query('delete from event_log.event');
    instances = await Promise.all([openKernel(database.url), openKernel(database.url)]);
  });

  afterEach(async () => {
    for (const runner of runners) await runner.stop();
    for (const instance of instances) await instance.close();
    runners = [];
  });

  afterAll(async () => {
    await witness.close();
    await database.drop();
  });

  function start(kind: 'reaction' | 'delivery', subscribed: Subscribed) {
    runners = instances.map((kernel) => {
      const options = { name: subscribed.name, events: HEARS };
      const react = (event: StoredEvent, tx: Transaction) => subscribed.effect(event, tx);
      const deliver = (event: StoredEvent) => kernel.unitOfWork.inTransaction((tx) => react(event, tx));
      const reader =
        kind === 'reaction'
          ? new ReactionReader(options, { react }, kernel.unitOfWork, kernel.log)
          : new DeliveryReader(options, { deliver }, kernel.dataSource, kernel.log);
      return new Runner(options, reader, kernel.dataSource.manager, checkpointsIn(kernel.dataSource.manager));
    });
    for (const runner of runners) runner.start();
  }

  async function appendMany(count: number) {
    for (let i = 0; i < count; i++) await append(witness, happened(`SKU-${i % 3}`), happened('CHAIR'));
  }

  async function allPositions(): Promise<number[]> {
    const events = await witness.log.read(witness.dataSource.manager, 0, 10_000);
    return events.map(({ position }) => position);
  }

  async function caughtUp(subscribed: Subscribed) {
    const head = await witness.log.head(witness.dataSource.manager);
    await eventually('everything is handled', async () => (await subscribed.position()) >= head);
    await Promise.all(runners.map((runner) => runner.whenReached(head)));
  }

  it.each(['reaction', 'delivery'] as const)('have the effect of a %s once each', async (kind) => {
    const subscribed = await Subscribed.begin(`each once, ${kind}`, witness);
    start(kind, subscribed);
    await appendMany(50);
    await caughtUp(subscribed);
    expect(await subscribed.effects()).toEqual(await allPositions());
  });

  it.each(['reaction', 'delivery'] as const)(
    'go on with a %s though the sessions of one end again and again',
    async (kind) => {
      const subscribed = await Subscribed.begin(`take over, ${kind}`, witness);
      start(kind, subscribed);
      for (let round = 0; round < 5; round++) {
        await appendMany(10);
        for (const pid of await sessionsAtWork()) await terminate(database.url, pid);
      }
      await caughtUp(subscribed);
      const effects = await subscribed.effects();
      // A delivery may come twice, if its session ended before the checkpoint was advanced.
      const unique = kind === 'reaction' ? effects : [...new Set(effects)];
      expect(unique).toEqual(await allPositions());
      expect(await subscribed.setAside()).toEqual([]);
    },
  );

  it('take over: the second reads on when the session of the first has ended', async () => {
    const subscribed = await Subscribed.begin('one dies in the middle', witness);
    await appendMany(1);
    let isInside: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (isInside = resolve));
    const never = new Promise<never>(() => undefined);
    const hanging = readerOf(instances[0], subscribed, async (event, tx) => {
      await subscribed.effect(event, tx);
      isInside();
      await never;
    });
    const healthy = readerOf(instances[1], subscribed, (event, tx) => subscribed.effect(event, tx));
    void hanging.step().catch(() => undefined);
    await inside;
    const step = healthy.step();
    const holder = await eventually('the second waits for the first', blockingSession);
    await terminate(database.url, holder);
    await step;
    expect(await subscribed.effects()).toEqual(await allPositions());
  });

  it('retry an event once, though both find it due', async () => {
    const subscribed = await Subscribed.begin('both find it due', witness);
    await append(witness, happened('CHAIR'));
    const [chair] = await allPositions();
    let isFailing = true;
    const react = async (event: StoredEvent, tx: Transaction) => {
      if (isFailing) throw new Error('not now');
      await subscribed.effect(event, tx);
    };
    const readers = instances.map((kernel) => readerOf(kernel, subscribed, react));
    while ((await subscribed.setAside()).length === 0) await readers[0]!.step();
    isFailing = false;
    await subscribed.comeDue();

    const lock = witness.dataSource.createQueryRunner();
    await lock.startTransaction();
    await lock.query('select from event_log.subscription for update');
    const retries = readers.map((reader) => reader.retry());
    await eventually('both are about to try', async () => (await waitingSessions()) === 2);
    await lock.rollbackTransaction();
    await lock.release();
    await Promise.all(retries);

    expect(await subscribed.effects()).toEqual([chair]);
    expect(await subscribed.setAside()).toEqual([]);
  });

  it('do not park an event for one of them if the other has handled it since', async () => {
    const subscribed = await Subscribed.begin('handled since', witness);
    await append(witness, happened('CHAIR'));
    const [chair] = await allPositions();
    const healthy = readerOf(instances[1], subscribed, (event, tx) => subscribed.effect(event, tx));
    let attempts = 0;
    let step: Promise<boolean> | undefined;
    const sick = readerOf(instances[0], subscribed, async () => {
      if (++attempts === 2) {
        step = healthy.step();
        await eventually('the other one is next', async () => (await waitingSessions()) === 1);
      }
      throw new Error('only here');
    });
    await sick.step(); // fails as a stretch; the next goes one by one
    // Whoever comes to the position first after the failure may have it: let it be the other one.
    const { unitOfWork } = instances[0];
    const inTransaction: UnitOfWork['inTransaction'] = unitOfWork.inTransaction.bind(unitOfWork);
    jest.spyOn(unitOfWork, 'inTransaction').mockImplementation(async (work) => {
      await step;
      return inTransaction(work);
    });
    await sick.step();
    jest.restoreAllMocks();

    expect(await subscribed.effects()).toEqual([chair]);
    expect(await subscribed.setAside()).toEqual([]);
  });

  function readerOf(kernel: Kernel, { name }: Subscribed, react: Reaction['react']): ReactionReader {
    return new ReactionReader({ name, events: HEARS }, { react }, kernel.unitOfWork, kernel.log);
  }

  /** How many sessions wait for another one's lock. */
  async function waitingSessions(): Promise<number> {
    const [row] = await witness.dataSource.query<{ waiting: number }[]>(
      `select count(*) as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return row!.waiting;
  }

  /** The sessions of both instances that are in a transaction, and those that hold a lease. */
  async function sessionsAtWork(): Promise<number[]> {
    const rows = await witness.dataSource.query<{ pid: number }[]>(
      `select pid from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()
          and (state like 'idle in transaction%' or pid in (select pid from pg_locks where locktype = 'advisory'))`,
    );
    return rows.map(({ pid }) => pid);
  }

  /** A session that another one waits for. */
  async function blockingSession(): Promise<number | undefined> {
    const [row] = await witness.dataSource.query<{ pid: number }[]>(
      `select unnest(pg_blocking_pids(pid)) as pid from pg_stat_activity where datname = current_database()`,
    );
    return row?.pid;
  }
});
