import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { OutOfStock, UnknownOrder } from '../../../src/allocation/domain/errors.js';
import {
  OrderCancelled,
  OrderExists,
  OrderFirm,
  OrderOutOfStock,
} from '../../../src/allocation/domain/order-errors.js';
import { VersionMismatch } from '../../../src/kernel/domain/errors.js';
import { eventually } from '../../../testing/eventually.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { openKernel } from '../../support/kernel.js';
import { expectSound, OrderInstance } from './order-instance.js';

// Many rounds, while other tests use the same machine.

const ROUNDS = 200;
/** Of the traps that differ from these two in what is called only. */
const FEWER_ROUNDS = 60;
const ORDERS_OF_ROUND = 8;

let database: TestDatabase;
let one: OrderInstance;
let other: OrderInstance;
let orders = 0;

const openInstance = async () => OrderInstance.on(await openKernel(database.url));

beforeAll(async () => {
  database = await freshDatabase();
  [one, other] = await Promise.all([openInstance(), openInstance()]);
  for (const sku of ['CHAIR', 'TABLE']) await one.buy(sku, sku, 100_000);
});

afterEach(() => expectSound(one.kernel.dataSource));

afterAll(async () => {
  await Promise.all([one, other].map((instance) => instance.close()));
  await database.drop();
});

/** Runs the round with the two instances in turn as the first and the second. */
async function inRounds(
  round: (orderId: string, first: OrderInstance, second: OrderInstance) => Promise<void>,
  rounds = FEWER_ROUNDS,
): Promise<void> {
  for (let n = 0; n < rounds; n++) {
    const [first, second] = n % 2 === 0 ? [one, other] : [other, one];
    await round(`order-${++orders}`, first, second);
  }
}

/** The reason of a call that failed. */
const reasonOf = (outcome: PromiseSettledResult<unknown>): unknown =>
  outcome.status === 'rejected' ? outcome.reason : undefined;

const skusOf = async (orderId: string) => Object.keys(await one.unitsOf(orderId)).sort();

describe('Orders whose lines stand in opposite order on two instances', () => {
  it(`never deadlock, add up and are never half there, in ${ROUNDS} rounds`, async () => {
    const skus = Array.from({ length: 12 }, (_, i) => `LAMP-${i}`);
    // Two of the orders of each round find one lamp too few.
    const stock = (ORDERS_OF_ROUND - 2) * ROUNDS;
    for (const [i, sku] of skus.entries()) await one.buy(sku, sku, i === 7 ? stock : 2 * stock);
    const lines = Object.fromEntries(skus.map((sku) => [sku, 1]));
    const reversed = Object.fromEntries(skus.toReversed().map((sku) => [sku, 1]));
    const instances = await Promise.all([openInstance(), openInstance()]);
    let accepted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const orderIds = Array.from({ length: ORDERS_OF_ROUND }, (_, i) => `opposite-${round}-${i}`);
      // In turn both put the same orders, and each has orders of its own.
      const half = round % 2 === 0 ? ORDERS_OF_ROUND : ORDERS_OF_ROUND / 2;
      const outcomes = await Promise.allSettled([
        ...orderIds.slice(0, half).map((orderId) => instances[0].put(orderId, lines)),
        ...orderIds
          .slice(-half)
          .toReversed()
          .map((orderId) => instances[1].put(orderId, reversed)),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(OrderOutOfStock);
        else accepted += outcome.value.isNew ? 1 : 0;
      }
    }
    expect(accepted).toBe(stock);
    const [standing] = await one.kernel.dataSource.query<object[]>(
      `select (select count(*) from (select order_id from allocation.line where order_id like 'opposite-%'
                                      group by 1 having count(*) <> 12) as half)::int as half,
              array(select distinct allocated from allocation.batch where sku like 'LAMP-%') as allocated`,
    );
    expect(standing).toEqual({ half: 0, allocated: [stock] });
    // A session reports its deadlocks by its end at the latest.
    await Promise.all(instances.map((instance) => instance.close()));
    expect(await deadlocks()).toBe(0);
  });

  it('never deadlock if both wait for a product in their midst', async () => {
    const skus = Array.from({ length: 8 }, (_, i) => `VASE-${i}`);
    for (const sku of skus) await one.buy(sku, sku, 1_000);
    const lines = Object.fromEntries(skus.map((sku) => [sku, 1]));
    const reversed = Object.fromEntries(skus.toReversed().map((sku) => [sku, 1]));
    const instances = await Promise.all([openInstance(), openInstance()]);
    const blocker = one.kernel.dataSource.createQueryRunner();
    for (let round = 0; round < 10; round++) {
      await blocker.startTransaction();
      await blocker.query(`select from allocation.product where sku = 'VASE-4' for update`);
      const puts = [
        instances[0].put(`midst-${round}-a`, lines),
        instances[1].put(`midst-${round}-b`, reversed),
      ];
      await eventually('both wait', async () => (await waitingSessions()) === 2);
      await blocker.commitTransaction();
      await Promise.all(puts);
    }
    await blocker.release();
    await Promise.all(instances.map((instance) => instance.close()));
    expect(await deadlocks()).toBe(0);
  });

  async function waitingSessions(): Promise<number> {
    const [row] = await one.kernel.dataSource.query<{ waiting: number }[]>(
      `select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return row!.waiting;
  }

  async function deadlocks(): Promise<number> {
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    const { rows } = await reader.query<{ deadlocks: string }>(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    await reader.end();
    return Number(rows[0]!.deadlocks);
  }
});

describe('Two instances that put one order with other lines at the same time', () => {
  it(`leave the lines of exactly one of them, which saw the other, in ${ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      const puts = await Promise.all([first.put(orderId, { CHAIR: 1 }), second.put(orderId, { TABLE: 1 })]);
      expect(puts.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
      const last = puts.find(({ isNew }) => !isNew)!.order;
      expect(last.version).toMatch(/^2-/);
      expect(await first.find(orderId)).toEqual(last);
      expect(await skusOf(orderId)).toEqual(last.lines.map(({ sku }) => sku));
      const gone = last.lines[0]!.sku === 'CHAIR' ? 'TABLE' : 'CHAIR';
      expect(await first.told(orderId)).toEqual(['LineAllocated', expect.anything(), expect.anything()]);
      expect(await one.unitsOf(orderId)).not.toHaveProperty(gone);
    }, ROUNDS));

  it(`succeed on exactly one if both expect the version that they have seen, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      const seen = (await first.put(orderId, { CHAIR: 1 })).order.version;
      const outcomes = await Promise.allSettled([
        first.put(orderId, { CHAIR: 2 }, {}, { versions: [seen] }),
        second.put(orderId, { TABLE: 2 }, {}, { versions: [seen] }),
      ]);
      const stale = outcomes.filter((outcome) => reasonOf(outcome) instanceof VersionMismatch);
      const accepted = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect([stale.length, accepted.length]).toEqual([1, 1]);
      expect(await second.find(orderId)).toEqual(accepted[0]!.order);
    }));

  it(`create it on exactly one if both want to create it only, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      const outcomes = await Promise.allSettled([
        first.put(orderId, { CHAIR: 1 }, {}, { none: true }),
        second.put(orderId, { TABLE: 1 }, {}, { none: true }),
      ]);
      expect(outcomes.filter((outcome) => reasonOf(outcome) instanceof OrderExists)).toHaveLength(1);
      expect(await skusOf(orderId)).toHaveLength(1);
    }));

  it(`answer the same order as new on exactly one, and allocate it once, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      const puts = await Promise.all([
        first.put(orderId, { CHAIR: 1, TABLE: 2 }),
        second.put(orderId, { TABLE: 2, CHAIR: 1 }),
      ]);
      expect(puts.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
      expect(puts[0].order).toEqual(puts[1].order);
      expect(await one.told(orderId)).toEqual(['LineAllocated', 'LineAllocated']);
    }));
});

describe('A single line that another instance allocates', () => {
  it(`while the order is put is a line of it or was replaced, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      const [line, put] = await Promise.all([
        first.allocate(orderId, 'TABLE', 1),
        second.put(orderId, { CHAIR: 1 }),
      ]);
      expect(line.isNew).toBe(true);
      const order = await first.find(orderId);
      expect(order.lines.map(({ sku }) => sku)).toEqual(await skusOf(orderId));
      // If the put found the line, it has replaced it.
      expect(await skusOf(orderId)).toEqual(put.isNew ? ['CHAIR', 'TABLE'] : ['CHAIR']);
    }));

  it(`while the order is cancelled never stays on it, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      await first.put(orderId, { CHAIR: 1 });
      const [line, cancelled] = await Promise.allSettled([
        first.allocate(orderId, 'TABLE', 1),
        second.cancel(orderId),
      ]);
      expect(cancelled.status).toBe('fulfilled');
      if (line.status === 'rejected') expect(line.reason).toBeInstanceOf(OrderCancelled);
      expect(await first.find(orderId)).toMatchObject({ state: 'cancelled', lines: [] });
      expect(await skusOf(orderId)).toEqual([]);
    }));

  it(`while an order of loose lines is cancelled never stays on it, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      await first.allocate(orderId, 'CHAIR', 1);
      const [line, cancelled] = await Promise.allSettled([
        first.allocate(orderId, 'TABLE', 1),
        second.cancel(orderId),
      ]);
      expect(cancelled.status).toBe('fulfilled');
      if (line.status === 'rejected') expect(line.reason).toBeInstanceOf(OrderCancelled);
      expect(await skusOf(orderId)).toEqual([]);
    }));

  it(`while an order that nobody knows is cancelled stays only if there was nothing to cancel, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      const [line, cancelled] = await Promise.allSettled([
        first.allocate(orderId, 'TABLE', 1),
        second.cancel(orderId),
      ]);
      expect(line.status).toBe('fulfilled');
      if (cancelled.status === 'rejected') expect(cancelled.reason).toBeInstanceOf(UnknownOrder);
      expect(await skusOf(orderId)).toEqual(cancelled.status === 'rejected' ? ['TABLE'] : []);
    }));
});

describe('A hold that one instance confirms', () => {
  it(`while another replaces it is confirmed as it was or as it is, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      await first.put(orderId, { CHAIR: 1 }, { expiresInSeconds: 600 });
      const [confirmed, replaced] = await Promise.allSettled([
        first.confirm(orderId),
        second.put(orderId, { TABLE: 1 }, { expiresInSeconds: 600 }),
      ]);
      expect(confirmed.status).toBe('fulfilled');
      if (replaced.status === 'rejected') expect(replaced.reason).toBeInstanceOf(OrderFirm);
      const order = await second.find(orderId);
      expect(order).toMatchObject({ state: 'allocated', expiresAt: null });
      expect(order.lines.map(({ sku }) => sku)).toEqual(
        replaced.status === 'rejected' ? ['CHAIR'] : ['TABLE'],
      );
      expect((confirmed as PromiseFulfilledResult<unknown>).value).toEqual(order);
    }));

  it(`while another cancels it is cancelled in the end, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      await first.put(orderId, { CHAIR: 1 }, { expiresInSeconds: 600 });
      const [confirmed, cancelled] = await Promise.allSettled([
        first.confirm(orderId),
        second.cancel(orderId),
      ]);
      expect(cancelled.status).toBe('fulfilled');
      if (confirmed.status === 'rejected') expect(confirmed.reason).toBeInstanceOf(OrderCancelled);
      expect(await skusOf(orderId)).toEqual([]);
    }));
});

describe('The last unit', () => {
  it(`that is released twice while another order wants it is given once, in ${FEWER_ROUNDS} rounds`, () =>
    inRounds(async (orderId, first, second) => {
      await first.buy(`SOFA of ${orderId}`, `SOFA of ${orderId}`, 1);
      const lines = { [`SOFA of ${orderId}`]: 1 };
      await first.put(orderId, lines, { expiresInSeconds: 600 });
      const wanted = [`${orderId} next`, `${orderId} later`] as const;
      const [, , ...puts] = await Promise.allSettled([
        first.cancel(orderId),
        second.cancel(orderId),
        first.put(wanted[0], lines, { expiresInSeconds: 600 }),
        second.put(wanted[1], lines),
      ]);
      const got = puts.filter(({ status }) => status === 'fulfilled').length;
      for (const put of puts)
        if (put.status === 'rejected') expect(put.reason).toBeInstanceOf(OrderOutOfStock);
      const units = await Promise.all(wanted.map((orderId) => skusOf(orderId)));
      expect(units.flat()).toHaveLength(got);
      expect(got).toBeLessThanOrEqual(1);
      expect(await one.told(orderId)).toEqual(['LineHeld', 'LineReleased']);
      // It is free by now, if nobody has it.
      if (got === 0) await second.put(wanted[1], lines);
      await expect(first.allocate(`${orderId} too late`, Object.keys(lines)[0]!, 1)).rejects.toThrow(
        OutOfStock,
      );
    }));
});
