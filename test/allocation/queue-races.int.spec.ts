import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import { BACKORDER_POLICIES, DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import { StockInPostgres } from '../../src/allocation/persistence/stock-in-postgres.js';
import type { Kernel } from '../support/kernel.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import { wantedOrder } from './order.fixture.js';
import { queueIn } from './queue-in-postgres.js';
import { couldBeMet } from './queue.stack.js';

const ROUNDS = 12;
const CHANNELS = [null, 'web', 'fair'];

describe('Two instances that free units and take orders at once', () => {
  let kernel: KernelWithClock;
  let second: Kernel;
  beforeAll(async () => {
    kernel = await kernelWithClock();
    second = await kernel.another();
  });
  afterAll(async () => {
    await second.close();
    await kernel.close();
  });

  function instance({ unitOfWork }: Kernel) {
    const stock = new StockInPostgres();
    return {
      buy: (sku: string, reference: string, quantity: number) =>
        unitOfWork.change(
          stock.products,
          { sku, batchReference: reference, units: 0, frees: quantity },
          ({ supply }) => supply.addBatch({ reference, quantity, eta: null }),
        ),
      ask: (sku: string, orderId: string, quantity: number) =>
        unitOfWork.change(stock.products, { sku, orderId, units: quantity }, (product) =>
          product.allocate({ orderId, sku, quantity, terms: PLAIN_TERMS }),
        ),
      wait: (sku: string, orderId: string, quantity: number, channel: string | null) => {
        const wanted = wantedOrder({ [sku]: quantity }, { whenShort: 'backorder', channel });
        return unitOfWork.change(stock.orders, { orderId, lines: wanted.lines }, (order) =>
          order.put(wanted, 600),
        );
      },
      cancel: (orderId: string) =>
        unitOfWork.change(stock.orders, { orderId, lines: [] }, (order) => order.cancel()),
      follow: (sku: string, backorders: (typeof BACKORDER_POLICIES)[number]) =>
        unitOfWork.change(stock.products, { sku, frees: 0, changesPolicy: true }, (product) =>
          product.changePolicy({ ...DEFAULT_POLICY, backorders }),
        ),
    };
  }

  it.each(BACKORDER_POLICIES)(
    'leave nobody waiting who could be met, and let no new customer overtake (%s)',
    async (backorders) => {
      const sku = `TABLE ${backorders}`;
      const [one, other] = [instance(kernel), instance(second)];
      await one.buy(sku, `${sku} 1`, 10);
      await one.wait(sku, `${sku} taken`, 10, null);
      await one.follow(sku, backorders);
      let waiting = 0;
      const wait = (by: typeof one) => {
        const n = ++waiting;
        return by.wait(sku, `${sku} w${n}`, 1, CHANNELS[n % 3]!);
      };
      for (let i = 0; i < ROUNDS * 6; i++) await wait(i % 2 === 0 ? one : other);

      const asked: string[] = [];
      const ask = (by: typeof one) => {
        asked.push(`${sku} n${asked.length}`);
        return by.ask(sku, asked.at(-1)!, 1);
      };
      for (let round = 1; round <= ROUNDS; round++)
        await Promise.all([
          one.buy(sku, `${sku} a${round}`, 2),
          ask(other),
          other.buy(sku, `${sku} b${round}`, 1),
          ask(one),
          one.cancel(`${sku} w${round * 6}`),
          ask(other),
          wait(other),
        ]);
      await Promise.all([one.cancel(`${sku} taken`), ask(one), ask(other)]);

      const queue = await queueIn(kernel.dataSource, sku);
      expect(couldBeMet(queue)).toEqual([]);
      expect(queue.waiting.length).toBeGreaterThan(0);
      expect(queue.batches.every(({ available }) => available === 0)).toBe(true);
      expect(queue.lines.filter(({ orderId }) => asked.includes(orderId))).toEqual([]);
    },
  );

  it('serve a strict queue from its head, and nobody else', async () => {
    const sku = 'LAMP';
    const [one, other] = [instance(kernel), instance(second)];
    await one.buy(sku, 'l0', 1);
    await one.ask(sku, 'taken', 1);
    await one.follow(sku, 'strict');
    const order = Array.from({ length: 40 }, (_, i) => `l${i}`);
    for (const [i, orderId] of order.entries()) await one.wait(sku, orderId, 1 + (i % 3), null);
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => [
        one.buy(sku, `la${i}`, 2),
        other.buy(sku, `lb${i}`, 3),
        other.ask(sku, `new ${i}`, 1),
      ]).flat(),
    );
    const { waiting, lines } = await queueIn(kernel.dataSource, sku);
    const served = lines.map(({ orderId }) => orderId).filter((orderId) => orderId !== 'taken');
    expect(served.length).toBeGreaterThan(0);
    expect(new Set(served)).toEqual(new Set(order.slice(0, served.length)));
    expect(waiting).toHaveLength(order.length - served.length);
  });
});
