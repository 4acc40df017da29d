import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import type { StoredEvent } from '../../../../src/kernel/domain/events.js';
import { DeliveryReader } from '../../../../src/kernel/subscriptions/readers/delivery-reader.js';
import { Unreachable } from '../../../../src/kernel/subscriptions/readers/subscription.js';
import { Runner } from '../../../../src/kernel/subscriptions/runner.js';
import { freshDatabase, type TestDatabase } from '../../../support/database.js';
import { eventually } from '../../../../testing/eventually.js';
import { openKernel, type Kernel } from '../../../support/kernel.js';
import { signal } from '../../../support/signal.js';
import { append, happened, HEARS, Subscribed } from '../../../support/subscription.js';
import { terminate, Wire, type Loss } from '../../../support/wire.js';
import { checkpointsIn } from '../../../../src/kernel/subscriptions/readers/checkpoint.js';

const LOSSES: Loss[] = ['before', 'after', 'terminated'];

describe('a delivery', () => {
  let database: TestDatabase;
  let wire: Wire;
  let one: Kernel;
  let other: Kernel;
  let positions: number[];
  let readers: DeliveryReader[];
  let runner: Runner | undefined;

  beforeAll(async () => {
    database = await freshDatabase();
    wire = await Wire.to(database.url);
    one = await openKernel(wire.url);
    other = await openKernel(database.url);
  });

  beforeEach(async () => {
    readers = [];
    await other.dataSource.query('delete from event_log.event');
    await append(other, happened('CHAIR'), happened('TABLE'), happened('CHAIR'));
    positions = (await other.log.read(other.dataSource.manager, 0, 10)).map(({ position }) => position);
  });

  afterEach(async () => {
    await runner?.stop();
    runner = undefined;
    for (const reader of readers) await reader.close();
  });

  afterAll(async () => {
    await one.close();
    await other.close();
    await wire.close();
    await database.drop();
  });

  function readerOf(kernel: Kernel, { name }: Subscribed, deliver: (event: StoredEvent) => unknown) {
    const delivery = { deliver: async (event: StoredEvent) => void (await deliver(event)) };
    const reader = new DeliveryReader({ name, events: HEARS }, delivery, kernel.dataSource, kernel.log);
    readers.push(reader);
    return reader;
  }

  /** Steps as soon as the lease is free: the server gives it back when it has noticed that its holder is gone. */
  async function takeOver(reader: DeliveryReader) {
    await eventually('the lease is free', () => reader.step());
  }

  describe.each(LOSSES)('whose connection is lost %s a statement', (loss) => {
    it('is made at least once, in order, and only events that were on their way come twice', async () => {
      for (let n = 1; ; n++) {
        const subscribed = await Subscribed.begin(`step ${loss} ${n}`, other);
        const delivered: number[] = [];
        const deliver = ({ position }: StoredEvent) => delivered.push(position);
        wire.lose(loss, (_, count) => count === n);
        const step = await readerOf(one, subscribed, deliver)
          .step()
          .catch((error: unknown) => error);
        const heir = readerOf(other, subscribed, deliver);
        const isUntouched = wire.disarm();
        if (isUntouched) {
          expect(step).toBe(true);
          expect(delivered).toEqual(positions);
          return;
        }
        await takeOver(heir);
        await heir.close();
        expect([...new Set(delivered)]).toEqual(positions);
        expect(delivered).toEqual([...delivered].sort((a, b) => a - b));
        expect(delivered.length).toBeLessThanOrEqual(positions.length + 1);
        expect(await subscribed.position()).toBe(positions.at(-1));
        expect(await subscribed.setAside()).toEqual([]);
      }
    });
  });

  it('is made by one instance at a time', async () => {
    const subscribed = await Subscribed.begin('one at a time', other);
    const first = readerOf(one, subscribed, () => undefined);
    const second = readerOf(other, subscribed, () => undefined);
    expect(await first.step()).toBe(true);
    expect(await second.step()).toBe(false);
    expect(await second.retry()).toBe(false);
    await first.close();
    expect(await second.step()).toBe(true);
  });

  it('holds no connection while another instance has the lease', async () => {
    const subscribed = await Subscribed.begin('many looks', other);
    const holder = readerOf(other, subscribed, () => undefined);
    await holder.step();
    const bystander = readerOf(one, subscribed, () => undefined);
    // More looks than there are connections.
    for (let look = 0; look < 25; look++) expect(await bystander.step()).toBe(false);
    const runner = { query: () => Promise.reject(new Error('lost')), release: jest.fn() };
    jest.spyOn(one.dataSource, 'createQueryRunner').mockReturnValueOnce(runner as unknown as QueryRunner);
    await expect(bystander.step()).rejects.toThrow('lost');
    expect(runner.release).toHaveBeenCalledTimes(1);
  });

  it('advances past events of other types', async () => {
    await append(other, { ...happened('CHAIR'), type: 'SomethingElse' });
    const subscribed = await Subscribed.begin('other types', other);
    const delivered: number[] = [];
    await readerOf(one, subscribed, ({ position }) => delivered.push(position)).step();
    expect(delivered).toEqual(positions);
    expect(await subscribed.position()).toBeGreaterThan(positions.at(-1)!);
  });

  it('is not advanced by an instance that has lost its lease', async () => {
    const subscribed = await Subscribed.begin('lost lease', other);
    const isDelivering = signal();
    const goOn = signal();
    const stale = readerOf(one, subscribed, async () => {
      isDelivering.give();
      await goOn.given;
    });
    const step = stale.step();
    step.catch(() => undefined);
    await isDelivering.given;
    await terminate(database.url, await leaseHolder());

    const delivered: number[] = [];
    const heir = readerOf(other, subscribed, ({ position }) => delivered.push(position));
    await takeOver(heir);
    expect(delivered).toEqual(positions);

    goOn.give();
    await expect(step).rejects.toThrow();
    expect(await subscribed.position()).toBe(positions.at(-1));
    // Nor does it come back to the lease while that is held.
    expect(await stale.step()).toBe(false);
  });

  it('waits at its position while the other side is away, and parks nothing', async () => {
    const subscribed = await Subscribed.begin('away', other);
    const [isAway, delivered] = [{ now: true }, [] as number[]];
    const reader = readerOf(one, subscribed, ({ position }) => {
      if (isAway.now && position === positions[1]) throw new Unreachable('The post', new Error('closed'));
      delivered.push(position);
    });
    for (let attempt = 0; attempt < 10; attempt++) await expect(reader.step()).rejects.toThrow(Unreachable);
    expect(await subscribed.position()).toBe(positions[0]);
    expect(await subscribed.setAside()).toEqual([]);
    isAway.now = false;
    await reader.step();
    expect(delivered).toEqual(positions);
  });

  it('does not keep an instance without the lease busy, though a retry is due', async () => {
    const subscribed = await Subscribed.begin('due elsewhere', other);
    const isTrying = signal();
    const goOn = signal();
    const isBroken = { now: true };
    const holder = readerOf(other, subscribed, async () => {
      if (isBroken.now) throw new Error('no connection');
      isTrying.give();
      await goOn.given;
    });
    await holder.step();
    isBroken.now = false;
    await subscribed.comeDue();
    const trying = holder.retry();
    await isTrying.given;

    const bystander = readerOf(one, subscribed, () => undefined);
    runner = new Runner(
      { name: subscribed.name, events: HEARS },
      bystander,
      one.dataSource.manager,
      checkpointsIn(one.dataSource.manager),
    );
    wire.statements = [];
    const startedAt = Date.now();
    runner.start();
    await eventually('five looks', () => wire.statements.filter(isLook).length >= 5);
    expect(Date.now() - startedAt).toBeGreaterThan(300);

    goOn.give();
    await trying;
  });

  describe('of several events at once', () => {
    const broken = new Set<number>();
    let together: number[][];
    let alone: number[];
    beforeEach(() => {
      broken.clear();
      together = [];
      alone = [];
    });

    /** Fails at the events that are broken, whether it has them together or alone. */
    function readerTogether({ name }: Subscribed, refuse: () => Error = () => new Error('not this one')) {
      const deliverBatch = (events: readonly StoredEvent[]) => {
        if (events.some(({ position }) => broken.has(position))) return Promise.reject(refuse());
        together.push(events.map(({ position }) => position));
        return Promise.resolve();
      };
      const deliver = ({ position }: StoredEvent) => {
        if (broken.has(position)) return Promise.reject(refuse());
        alone.push(position);
        return Promise.resolve();
      };
      const options = { name, events: HEARS };
      const reader = new DeliveryReader(options, { deliver, deliverBatch }, one.dataSource, one.log);
      readers.push(reader);
      return reader;
    }

    it('has each event once, in order, and nothing to do if nothing is new', async () => {
      const subscribed = await Subscribed.begin('together', other);
      const reader = readerTogether(subscribed);
      expect(await reader.step()).toBe(true);
      await reader.step();

      expect([together, alone]).toEqual([[positions], []]);
      expect(await subscribed.position()).toBe(positions.at(-1));
    });

    it('is made one by one if it fails, so that only the event at fault is parked', async () => {
      const subscribed = await Subscribed.begin('together, broken', other);
      broken.add(positions[0]!);
      await readerTogether(subscribed).step();

      expect([together, alone]).toEqual([[], [positions[1]]]);
      expect(await subscribed.setAside()).toEqual([
        [positions[0], 'retrying'],
        [positions[2], 'behind'],
      ]);
      expect(await subscribed.position()).toBe(positions.at(-1));
    });

    it('leaves out the events behind a failed one of their key, and has them in order after it', async () => {
      const subscribed = await Subscribed.begin('together, behind', other);
      const reader = readerTogether(subscribed);
      broken.add(positions[0]!);
      await reader.step();
      await append(other, happened('CHAIR'), happened('TABLE'));
      const [chair, table] = (await other.log.read(other.dataSource.manager, positions.at(-1)!, 10)).map(
        ({ position }) => position,
      );
      await reader.step();

      expect(together).toEqual([[table]]);
      expect(await subscribed.setAside()).toEqual([
        [positions[0], 'retrying'],
        [positions[2], 'behind'],
        [chair, 'behind'],
      ]);

      broken.clear();
      alone = [];
      await subscribed.readToEnd(reader);
      expect(alone).toEqual([positions[0], positions[2], chair]);
      expect(await subscribed.setAside()).toEqual([]);
    });

    it('stays at its position while the other side is away', async () => {
      const subscribed = await Subscribed.begin('together, away', other);
      broken.add(positions[1]!);
      const reader = readerTogether(subscribed, () => new Unreachable('The post', new Error('closed')));
      await expect(reader.step()).rejects.toThrow(Unreachable);

      expect([together, alone]).toEqual([[], []]);
      expect(await subscribed.position()).toBe(0);
      expect(await subscribed.setAside()).toEqual([]);
    });
  });

  it('retries nothing if nothing is due', async () => {
    const subscribed = await Subscribed.begin('nothing due', other);
    const delivered: number[] = [];
    const reader = readerOf(one, subscribed, ({ position }) => delivered.push(position));
    expect(await reader.retry()).toBe(true);
    expect(delivered).toEqual([]);
  });

  /** The session that has the lease. */
  async function leaseHolder(): Promise<number> {
    const [lock] = await other.dataSource.query<{ pid: number }[]>(
      `select pid from pg_locks
        where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`,
    );
    return lock!.pid;
  }
});

/** Looking whether there is anything to do. */
function isLook(statement: string): boolean {
  return statement.includes('"isRetryDue"');
}
