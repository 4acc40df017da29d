import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { orderHistories, named, ORDER_IDS, SKUS } from './order.commands.js';
import { ModelStock } from './order.model.js';
import { playOrders } from './order.stack.js';
import { minute } from './product.commands.js';
import { stackInMemory } from './stack-in-memory.js';

const SEQUENCES = 500;

describe('Orders over several products', () => {
  it(`do what the model does, in ${SEQUENCES} histories`, async () => {
    const commits = { together: 0, oneByOne: 0 };
    const property = fc.asyncProperty(orderHistories, async (history) => {
      const { together, oneByOne } = await playOrders(stackInMemory(), history);
      commits.together += together;
      commits.oneByOne += oneByOne;
    });
    await fc.assert(property, { numRuns: SEQUENCES });
    expect(commits.together).toBeGreaterThan(commits.oneByOne);
  }, 400_000);

  it('get every command in these histories, are in every state, and reject for every reason', () => {
    const seen = new Set(
      fc.sample(orderHistories, { numRuns: 1_000, seed: 1 }).flatMap((history) => {
        const model = new ModelStock(SKUS.map((sku) => `TABLE-${sku}`));
        let minutes = 0;
        return history.flatMap(({ wait, asked }) => {
          const now = minute((minutes += wait));
          const { answers, events } = model.transact(
            asked.map((each) => named('TABLE', each)),
            now,
          );
          const states = ORDER_IDS.map((orderId) => model.pictureOf(`TABLE-${orderId}`, now)?.state);
          return [
            ...answers.map((answer) =>
              typeof answer === 'object' && 'facts' in answer ? answer.refused : 'done',
            ),
            ...[...events.values()].flat().map(({ type }) => type),
            ...states.flatMap((state) => state ?? []),
          ];
        });
      }),
    );
    expect([...seen].sort()).toEqual([
      'BackorderEnded',
      'BatchOverdue',
      'BatchReceived',
      'LineAllocated',
      'LineAmended',
      'LineBackordered',
      'LineDeallocated',
      'LineHeld',
      'LineReallocated',
      'LineReleased',
      'OutOfStock',
      'PolicyChanged',
      'PromisesChanged',
      'allocated',
      'allocation-conflict',
      'backordered',
      'batch-claimed',
      'cancelled',
      'done',
      'duplicate-sku',
      'expired',
      'held',
      'hold-expired',
      'order-cancelled',
      'order-firm',
      'out-of-stock',
      'part-of-order',
      'partly-allocated',
      'unknown-allocation',
      'unknown-order',
      'unknown-sku',
    ]);
  });
});
