import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OrderOutOfStock } from '../../../src/allocation/domain/order-errors.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { openKernel } from '../../support/kernel.js';
import { Wire, type Loss } from '../../support/wire.js';
import { expectSound, OrderInstance } from './order-instance.js';

let database: TestDatabase;
let wire: Wire;
/** The instance that loses its connections. */
let instance: OrderInstance;
/** Who looks at what has become of it. */
let witness: OrderInstance;
let orders = 0;

beforeAll(async () => {
  database = await freshDatabase();
  wire = await Wire.to(database.url);
  instance = await OrderInstance.on(await openKernel(wire.url));
  witness = await OrderInstance.on(await openKernel(database.url));
  await witness.buy('CHAIR', 'CHAIR', 10_000);
  await witness.buy('TABLE', 'TABLE', 10_000);
});
afterEach(() => expectSound(witness.kernel.dataSource));
afterAll(async () => {
  await instance.close();
  await witness.close();
  await wire.close();
  await database.drop();
});

/** Runs the call once for each of its statements, and loses the connection at that one. */
async function losingEachStatement(
  loss: Loss,
  prepare: (orderId: string) => Promise<unknown>,
  call: (orderId: string) => Promise<void>,
): Promise<void> {
  let lost = 0;
  for (let n = 1; ; n++) {
    const orderId = `order-${++orders}`;
    await prepare(orderId);
    wire.lose(loss, (_, count) => count === n);
    await call(orderId);
    if (wire.disarm()) break;
    lost++;
  }
  // Begin, lock, read, write, append and commit at least.
  expect(lost).toBeGreaterThan(6);
}

const losses: Loss[] = ['before', 'after', 'terminated'];
const nothing = () => Promise.resolve();

/** Two batches of a product that only this order wants. */
async function buySofas(orderId: string): Promise<void> {
  for (const batch of ['a', 'b']) await witness.buy(`SOFA of ${orderId}`, `${orderId}-${batch}`, 2);
}

describe.each(losses)(
  'A call about an order whose connection is lost (%s) at any of its statements',
  (loss) => {
    it('puts the order once, and answers a repeated call with the same order', () =>
      losingEachStatement(loss, buySofas, async (orderId) => {
        const lines = { CHAIR: 2, [`SOFA of ${orderId}`]: { quantity: 3, split: true } };
        const { isNew, order } = await instance.put(orderId, lines);
        expect([isNew, order.lines[1]!.claims.length]).toEqual([true, 2]);
        expect(order.version).toMatch(/^1-/);
        expect(await witness.told(orderId)).toEqual(['LineAllocated', 'LineAllocated']);
        expect(await witness.find(orderId)).toEqual(order);
        expect(await witness.put(orderId, lines)).toMatchObject({ isNew: false, order });
      }));

    it('replaces the order once', () =>
      losingEachStatement(
        loss,
        (orderId) => witness.put(orderId, { CHAIR: 1, TABLE: 1 }),
        async (orderId) => {
          const { isNew, order } = await instance.put(orderId, { CHAIR: 2 });
          expect([isNew, order.version]).toEqual([false, expect.stringMatching(/^2-/)]);
          expect(await witness.unitsOf(orderId)).toEqual({ CHAIR: 2 });
          expect((await witness.told(orderId)).slice(2).sort()).toEqual(['LineAmended', 'LineDeallocated']);
        },
      ));

    it('confirms a hold once', () =>
      losingEachStatement(
        loss,
        (orderId) => witness.put(orderId, { CHAIR: 1 }, { expiresInSeconds: 600 }),
        async (orderId) => {
          const order = await instance.confirm(orderId);
          expect(order).toMatchObject({ state: 'allocated', version: expect.stringMatching(/^2-/) });
          expect(await witness.told(orderId)).toEqual(['LineHeld', 'LineAllocated']);
          expect(await witness.confirm(orderId)).toEqual(order);
        },
      ));

    it('cancels the order once', () =>
      losingEachStatement(
        loss,
        (orderId) => witness.put(orderId, { CHAIR: 1 }),
        async (orderId) => {
          await instance.cancel(orderId);
          expect(await witness.find(orderId)).toMatchObject({ state: 'cancelled', lines: [] });
          expect(await witness.told(orderId)).toEqual(['LineAllocated', 'LineDeallocated']);
          await witness.cancel(orderId);
        },
      ));
  },
);

describe('A refusal whose connection is lost', () => {
  it.each(losses)('(%s) at any of its statements changes nothing and is published once', async (loss) => {
    await witness.buy(`RUG-${loss}`, `RUG-${loss}`, 1);
    let calls = 0;
    await losingEachStatement(loss, nothing, async (orderId) => {
      calls++;
      await expect(instance.put(orderId, { CHAIR: 1, [`RUG-${loss}`]: 2 })).rejects.toThrow(OrderOutOfStock);
      expect(await witness.unitsOf(orderId)).toEqual({});
    });
    const [told] = await witness.kernel.dataSource.query<{ refusals: number }[]>(
      `select count(*)::int as refusals from event_log.event where type = 'OutOfStock' and key = $1`,
      [`RUG-${loss}`],
    );
    expect(told!.refusals).toBe(calls);
  });
});
