import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PLAIN_LOT } from '../../src/allocation/domain/lot.js';
import { EventLog } from '../../src/kernel/event-log/event-log.js';
import { TypeOrmTransactions } from '../../src/kernel/postgres/typeorm-transactions.js';
import { UnitOfWork } from '../../src/kernel/unit-of-work/unit-of-work.js';
import { CountingStock } from './counting-stock.js';
import { kernelWithClock, type KernelWithClock } from './kernel-with-clock.js';
import type { Command, Group } from './product.commands.js';
import { playOn, type Stack } from './product.stack.js';
import { stackInPostgres } from './stack-in-postgres.js';

const HISTORIES = 60;

const reference = fc.constantFrom('b1', 'b2', 'b3');
/** Nearly all are new. */
const newOrder = fc.integer({ min: 1, max: 2_000 }).map((n) => `o${n}`);
const oldOrder = fc.integer({ min: 1, max: 8 }).map((n) => `o${n}`);
const plain = {
  ...{ split: false, neededBy: null, expiresAt: null, priority: 5, mayWait: false },
  ...{ channel: null, locations: null },
};
const registered = { lot: PLAIN_LOT, registeredAt: 0 };
const allocate = fc.record({
  ask: fc.constant('allocate' as const),
  orderId: fc.oneof({ weight: 20, arbitrary: newOrder }, { weight: 1, arbitrary: oldOrder }),
  quantity: fc.integer({ min: 1, max: 3 }),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 160, arbitrary: allocate.map((each) => ({ ...plain, ...each })) },
  {
    weight: 2,
    arbitrary: allocate.map((each) => ({ ...plain, ...each, split: true, neededBy: '2027-01-09' })),
  },
  { weight: 1, arbitrary: allocate.map((each) => ({ ...plain, ...each, mayWait: true })) },
  { weight: 1, arbitrary: allocate.map((each) => ({ ...plain, ...each, expiresAt: 12 })) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('deallocate' as const), orderId: oldOrder }) },
  {
    weight: 2,
    arbitrary: fc
      .record({
        ask: fc.constant('add' as const),
        reference,
        quantity: fc.integer({ min: 10, max: 60 }),
        eta: fc.constantFrom(null, '2027-01-09', '2027-01-11'),
      })
      .map((each) => ({ ...each, ...registered })),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: fc.constant('change quantity' as const),
      reference: fc.constant('b1'),
      quantity: fc.integer({ min: 0, max: 300 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: fc.constant('reschedule' as const),
      reference: fc.constant('b1'),
      eta: fc.constantFrom(null, '2027-01-10'),
    }),
  },
);
const first: Command = { ask: 'add', reference: 'b1', quantity: 200, eta: null, ...registered };
const history: fc.Arbitrary<readonly Group[]> = fc
  .array(fc.array(command, { minLength: 1, maxLength: 2 }), { minLength: 20, maxLength: 40 })
  .map((groups) => [[first], ...groups]);
/** Which of the two instances is asked next: the same one several times, and then the other. */
const turns = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 41, maxLength: 41 });

describe('What two instances remember of products', () => {
  let kernel: KernelWithClock;
  const stocks = [new CountingStock(), new CountingStock()] as const;
  beforeAll(async () => {
    kernel = await kernelWithClock();
  });
  afterAll(() => kernel.close());

  it(`never changes an answer, in ${HISTORIES} histories`, async () => {
    const { dataSource } = kernel;
    const usual = stackInPostgres(kernel);
    let committed = 0;
    class Counted extends TypeOrmTransactions {
      override async run<T>(work: Parameters<TypeOrmTransactions['run']>[0]): Promise<T> {
        const result = (await super.run(work)) as T;
        committed++;
        return result;
      }
    }
    const units = stocks.map(() => new UnitOfWork(new Counted(dataSource), new EventLog()));
    const property = fc.asyncProperty(fc.tuple(history, history), turns, async (two, order) => {
      let turn = 0;
      let instance = 0;
      const stack: Stack = {
        ...usual,
        get stock() {
          return stocks[instance]!;
        },
        get unitOfWork() {
          return units[instance]!;
        },
        committed: () => committed,
        setClock: (now) => {
          instance = order[turn++ % order.length]!;
          return usual.setClock(now);
        },
      };
      await playOn(stack, two);
    });
    await fc.assert(property, { numRuns: HISTORIES / 2 });
    const sum = (counts: readonly number[]) => counts.reduce((a, b) => a + b);
    const [confirmed, refuted] = [
      sum(stocks.map((stock) => stock.confirmed)),
      sum(stocks.map((stock) => stock.refuted)),
    ];
    expect(confirmed).toBeGreaterThan(20);
    expect(refuted).toBeGreaterThan(5);
  }, 120_000);
});
