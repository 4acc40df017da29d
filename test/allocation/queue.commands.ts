import fc from 'fast-check';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import { BACKORDER_POLICIES, DEFAULT_POLICY, type Policy } from '../../src/allocation/domain/policy.js';
import { PREFERENCES } from '../../src/allocation/domain/preference.js';
import { DomainError } from '../../src/kernel/domain/errors.js';
import type { WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import { LONGEST_HOLD } from './order.commands.js';
import { wantedOrder } from './order.fixture.js';
import type { Stack } from './product.stack.js';

/** Something that is asked of a product for which lines wait. */
export type QueueCommand =
  | {
      readonly ask: 'put';
      readonly order: string;
      readonly line: WantedLine;
      readonly how: Partial<WantedOrder>;
    }
  | { readonly ask: 'allocate'; readonly order: string; readonly quantity: number; readonly mayWait: boolean }
  | { readonly ask: 'confirm' | 'cancel' | 'give back'; readonly order: string }
  | { readonly ask: 'buy'; readonly batch: string; readonly quantity: number; readonly eta: string | null }
  | { readonly ask: 'resize'; readonly batch: string; readonly quantity: number }
  | { readonly ask: 'reschedule'; readonly batch: string; readonly eta: string | null }
  | { readonly ask: 'set policy'; readonly policy: Policy };

interface WantedLine {
  readonly quantity: number;
  readonly split: boolean;
  readonly neededBy: string | null;
}

/** What is asked at one moment, in one turn. */
export interface QueueMoment {
  /** Minutes since the moment before. */
  readonly wait: number;
  readonly asked: readonly QueueCommand[];
}

const order = fc.constantFrom('o1', 'o2', 'o3', 'o4', 'o5', 'o6');
const batch = fc.constantFrom('b1', 'b2', 'b3');
const eta = fc.constantFrom(null, null, '2026-07-01', '2026-08-01');
const quantity = fc.integer({ min: 1, max: 6 });

const put = fc.record({
  ask: fc.constant('put' as const),
  order,
  line: fc.record({
    quantity,
    split: fc.boolean(),
    neededBy: fc.constantFrom(null, null, null, '2026-07-15'),
  }),
  how: fc.record({
    whenShort: fc.constantFrom(
      'backorder' as const,
      'backorder' as const,
      'skip' as const,
      'refuse' as const,
    ),
    priority: fc.constantFrom(5, 5, 5, 1, 9),
    channel: fc.constantFrom(null, 'web', 'fair'),
    expiresInSeconds: fc.constantFrom(null, null, null, 120),
    reopen: fc.boolean(),
  }),
});

const policy: fc.Arbitrary<Policy> = fc.record({
  preference: fc.constantFrom(...PREFERENCES),
  minimumShelfLifeDays: fc.constantFrom(0, 0, 5),
  backorders: fc.constantFrom(...BACKORDER_POLICIES),
  protections: fc.constantFrom([], [], [{ channel: 'web', quantity: 3, until: null }]),
});

const command: fc.Arbitrary<QueueCommand> = fc.oneof(
  { weight: 8, arbitrary: put },
  {
    weight: 3,
    arbitrary: fc.record({ ask: fc.constant('allocate' as const), order, quantity, mayWait: fc.boolean() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ask: fc.constantFrom('confirm' as const, 'cancel' as const, 'give back' as const),
      order,
    }),
  },
  { weight: 3, arbitrary: fc.record({ ask: fc.constant('buy' as const), batch, quantity, eta }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ask: fc.constant('resize' as const),
      batch,
      quantity: fc.integer({ min: 0, max: 14 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('reschedule' as const), batch, eta }) },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('set policy' as const), policy }) },
);

/** Histories of one product, which begin with each of the policies. */
export const queueHistories: fc.Arbitrary<QueueMoment[]> = fc
  .tuple(
    policy,
    fc.array(
      fc.record({
        wait: fc.constantFrom(1, 1, 1, 3),
        asked: fc.oneof(
          fc.array(command, { minLength: 1, maxLength: 1 }),
          fc.array(command, { minLength: 2, maxLength: 5 }),
        ),
      }),
      { minLength: 5, maxLength: 25 },
    ),
  )
  .map(([policy, moments]) => {
    const bought = new Set(['b1']);
    const opening: QueueMoment[] = [
      { wait: 0, asked: [{ ask: 'buy', batch: 'b1', quantity: 4, eta: null }] },
      { wait: 0, asked: [{ ask: 'set policy', policy }] },
    ];
    return [...opening, ...moments].map(({ wait, asked }) => ({
      wait,
      // Nobody changes a batch that was never bought: `batches` would not let them.
      asked: asked.filter((each) => {
        if (each.ask === 'buy') bought.add(each.batch);
        return !('batch' in each) || bought.has(each.batch);
      }),
    }));
  });

/**
 * Asks it as its handler would.
 * @param name makes a name of the history one of its own
 */
export async function askQueue(
  { unitOfWork, stock }: Stack,
  sku: string,
  command: QueueCommand,
  name: (of: string) => string,
): Promise<void> {
  try {
    await change();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
  }

  function change(): Promise<unknown> {
    if ('batch' in command) return changeBatch(command, name(command.batch));
    if (command.ask === 'set policy')
      return unitOfWork.change(stock.products, { sku, frees: 0, changesPolicy: true }, (product) =>
        product.changePolicy({ ...DEFAULT_POLICY, ...command.policy }),
      );
    const orderId = name(command.order);
    const need = { orderId, lines: [] };
    switch (command.ask) {
      case 'put': {
        const wanted = wantedOrder({ [sku]: command.line }, command.how);
        return unitOfWork.change(stock.orders, { orderId, lines: wanted.lines }, (order) =>
          order.put(wanted, LONGEST_HOLD),
        );
      }
      case 'allocate': {
        const { quantity, mayWait } = command;
        const terms = { ...PLAIN_TERMS, ...(mayWait && { mayWait }) };
        return unitOfWork.change(stock.products, { sku, orderId, units: quantity }, (product) =>
          product.allocate({ orderId, sku, quantity, terms }),
        );
      }
      case 'confirm':
        return unitOfWork.change(stock.orders, { ...need, reclaims: true }, (order) => order.confirm());
      case 'cancel':
        return unitOfWork.change(stock.orders, need, (order) => order.cancel());
      case 'give back':
        return unitOfWork.change(stock.orders, need, (order) => order.deallocate());
    }
  }

  function changeBatch(its: Extract<QueueCommand, { batch: string }>, batchReference: string): Promise<void> {
    const frees = 'quantity' in its ? its.quantity : 0;
    const need = { sku, batchReference, frees, countsLines: true };
    switch (its.ask) {
      case 'buy':
        return unitOfWork.change(stock.products, need, ({ supply }) =>
          supply.addBatch({ reference: batchReference, quantity: its.quantity, eta: its.eta }),
        );
      case 'resize':
        return unitOfWork.change(stock.products, { ...need, newQuantity: its.quantity }, ({ supply }) =>
          supply.changeQuantity(batchReference, its.quantity),
        );
      case 'reschedule':
        return unitOfWork.change(stock.products, need, ({ supply }) =>
          supply.reschedule(batchReference, its.eta),
        );
    }
  }
}
