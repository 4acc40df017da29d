import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { HoldExpired, OrderOutOfStock } from '../../../src/allocation/domain/order-errors.js';
import { kernelWithClock, type KernelWithClock } from '../../allocation/kernel-with-clock.js';
import { expectSound, OrderInstance } from './order-instance.js';

const ROUNDS = 100;
const START = new Date('2026-06-01T12:00:00.000Z');

/** The instant so many milliseconds after the first. */
const at = (ms: number) => new Date(START.getTime() + ms);

// No instance has a job that sweeps holds up.
let kernel: KernelWithClock;
let one: OrderInstance;
let other: OrderInstance;
let orders = 0;

beforeAll(async () => {
  kernel = await kernelWithClock();
  one = await OrderInstance.on(kernel);
  other = await OrderInstance.on(await kernel.another());
});
afterEach(() => expectSound(kernel.dataSource));
afterAll(async () => {
  await other.close();
  await one.close();
});

/** An order that holds the only unit of a product for ten seconds from the start. */
async function holdTheLastUnit() {
  await kernel.clock.set(START);
  const orderId = `order-${++orders}`;
  const sku = `SOFA-${orders}`;
  await one.buy(sku, sku, 1);
  const lines = { [sku]: 1 };
  await one.put(orderId, lines, { expiresInSeconds: 10 });
  return { orderId, lines, next: `${orderId}-next` };
}

describe('A hold that nobody sweeps up', () => {
  it('counts on every instance until the last millisecond by the clock of the database', async () => {
    const { orderId, lines, next } = await holdTheLastUnit();
    await kernel.clock.set(at(9_999));
    await expect(other.put(next, lines)).rejects.toThrow(OrderOutOfStock);
    expect(await other.find(orderId)).toMatchObject({ state: 'held', lines: [{ state: 'held' }] });
  });

  it('is over on every instance at the millisecond of its end, before any change has noticed it', async () => {
    const { orderId, lines, next } = await holdTheLastUnit();
    await kernel.clock.set(at(10_000));
    expect(await other.find(orderId)).toMatchObject({ state: 'expired', lines: [{ claims: [] }] });
    await other.put(next, lines);
    expect(await one.unitsOf(orderId)).toEqual({});
    expect(await one.told(orderId)).toEqual(['LineHeld', 'LineReleased']);
    await expect(one.confirm(orderId)).rejects.toThrow(HoldExpired);
  });

  it('is confirmed a millisecond before its end, and then never ends', async () => {
    const { orderId, lines, next } = await holdTheLastUnit();
    await kernel.clock.set(at(9_999));
    await other.confirm(orderId);
    await kernel.clock.set(at(10_000));
    await expect(one.put(next, lines)).rejects.toThrow(OrderOutOfStock);
    expect(await one.find(orderId)).toMatchObject({ state: 'allocated' });
  });

  it('ends once if two instances find its end at the same time', async () => {
    const { orderId, lines, next } = await holdTheLastUnit();
    await kernel.clock.set(at(10_000));
    const outcomes = await Promise.allSettled([one.put(next, lines), other.put(`${next}-too`, lines)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await one.told(orderId)).toEqual(['LineHeld', 'LineReleased']);
  });
});

describe('The instant at which a hold ends', () => {
  it(`gives its unit either to who confirms it or to who wants it, in ${ROUNDS} rounds`, async () => {
    const given = { confirmed: 0, next: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const { orderId, lines, next } = await holdTheLastUnit();
      await kernel.clock.set(at(9_999));
      const confirm = () => one.confirm(orderId);
      const put = () => other.put(next, lines);
      const tick = () => kernel.clock.set(at(10_000));
      const [confirmed, wanted] = await Promise.allSettled(
        round % 2 === 0 ? [confirm(), put(), tick()] : [confirm(), tick().then(put)],
      );
      expect([confirmed.status, wanted.status].sort()).toEqual(['fulfilled', 'rejected']);
      const owner = confirmed.status === 'fulfilled' ? orderId : next;
      const loser = owner === orderId ? next : orderId;
      expect([await one.unitsOf(owner), await one.unitsOf(loser)]).toEqual([lines, {}]);
      given[owner === orderId ? 'confirmed' : 'next']++;
    }
    expect(given.confirmed + given.next).toBe(ROUNDS);
  });

  it(`neither loses nor doubles a unit if the hold is extended, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { orderId, lines, next } = await holdTheLastUnit();
      await kernel.clock.set(at(9_999));
      const [extended, wanted] = await Promise.allSettled([
        one.put(orderId, lines, { expiresInSeconds: 10 }),
        kernel.clock.set(at(10_000)).then(() => other.put(next, lines)),
      ]);
      expect([extended.status, wanted.status].sort()).toEqual(['fulfilled', 'rejected']);
      const owner = extended.status === 'fulfilled' ? orderId : next;
      expect(await one.unitsOf(owner)).toEqual(lines);
    }
  });
});
