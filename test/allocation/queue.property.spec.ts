import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { termsOf } from '../../src/allocation/domain/allocated-line.js';
import { DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import { channelOf } from '../../src/allocation/domain/serving-order.js';
import { Orders } from './order.fixture.js';
import { queueHistories } from './queue.commands.js';
import { couldBeMet, playQueue, type QueueStack, type StoredQueue } from './queue.stack.js';
import { stackInMemory } from './stack-in-memory.js';
import type { StockInMemory } from './stock-in-memory.js';

const SEQUENCES = 400;

function queueStackInMemory(): QueueStack {
  const stack = stackInMemory();
  return { ...stack, queue: (sku) => Promise.resolve(queueIn(stack.stock as StockInMemory, sku)) };
}

function queueIn(stock: StockInMemory, sku: string): StoredQueue {
  const { policy = null, batches, lines, queue } = stock.stateOf(sku);
  return {
    policy: policy && { ...DEFAULT_POLICY, ...policy },
    batches: batches.map(({ eta, quantity, allocated }) => ({ eta, available: quantity - allocated })),
    lines: lines.map((line) => ({ ...line, priority: termsOf(line).priority })),
    waiting: (queue?.lines ?? []).map(
      ({ terms: { split, neededBy, priority, channel = null }, ...line }) => ({
        ...line,
        ...{ split, neededBy, priority, channel },
      }),
    ),
  };
}

describe('The lines that wait for a product', () => {
  it(`are served as rule 12 says after every step, in ${SEQUENCES} histories of all policies`, async () => {
    let seen = 0;
    const property = fc.asyncProperty(queueHistories, async (history) => {
      seen += await playQueue(queueStackInMemory(), history);
    });
    await fc.assert(property, { numRuns: SEQUENCES });
    expect(seen).toBeGreaterThan(SEQUENCES * 5);
  }, 400_000);

  it('would be found if they could be met', () => {
    const line = { orderId: 'o1', quantity: 3, sequence: 1, priority: 5 };
    const waiting = { ...line, split: false, neededBy: null, channel: null };
    const queue = { policy: null, batches: [{ eta: null, available: 3 }], lines: [], waiting: [waiting] };
    expect(couldBeMet(queue)).toEqual([waiting]);
    const head = { ...waiting, orderId: 'o0', quantity: 4, sequence: 0 };
    const strict = { ...queue, policy: { ...DEFAULT_POLICY, backorders: 'strict' as const } };
    expect(couldBeMet({ ...strict, waiting: [waiting, head] })).toEqual([]);
    expect(couldBeMet({ ...strict, waiting: [waiting] })).toEqual([waiting]);
  });

  it('are served once in fair shares, if they wait, before another channel is served twice', async () => {
    const channel = fc.constantFrom(null, 'a', 'b', 'c', 'd');
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ channel }) },
      { weight: 1, arbitrary: fc.record({ units: fc.integer({ min: 1, max: 3 }) }) },
    );
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const orders = new Orders();
      await orders.buy('CHAIR', 'c', 1);
      await orders.put('first', { CHAIR: 1 });
      await orders.changeProduct({ sku: 'CHAIR', frees: 0, changesPolicy: true }, (product) =>
        product.changePolicy({ ...DEFAULT_POLICY, backorders: 'fair-share' }),
      );
      /** By channel: those served since it was served or came to wait. */
      const servedSince = new Map<string, string[]>();
      const waiting = () => (orders.stock.stateOf('CHAIR').queue?.lines ?? []).map(channelOf);
      const channels = new Map<string, string>();
      orders.told();
      for (const [i, step] of steps.entries()) {
        if ('channel' in step) {
          const name = step.channel ?? '';
          channels.set(`o${i}`, name);
          if (!waiting().includes(name)) servedSince.set(name, []);
          const how = { whenShort: 'backorder', channel: step.channel } as const;
          await orders.put(`o${i}`, { CHAIR: 1 }, how);
          orders.told();
          continue;
        }
        const left = waiting();
        await orders.buy('CHAIR', `c${i}`, Math.min(step.units, left.length) || 1);
        for (const { type, subject } of orders.facts()) {
          if (type !== 'LineAllocated') continue;
          const name = channels.get(subject!)!;
          left.splice(left.indexOf(name), 1);
          servedSince.set(name, []);
          for (const other of new Set(left)) if (other !== name) servedSince.get(other)!.push(name);
        }
        for (const served of servedSince.values()) expect(new Set(served).size).toBe(served.length);
        if (left.length === 0) return;
      }
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
