import fc from 'fast-check';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { ChangePolicy } from '../../../src/allocation/commands/change-policy.js';
import { BACKORDER_POLICIES, DEFAULT_POLICY } from '../../../src/allocation/domain/policy.js';
import { wantedOrder } from '../../../src/allocation/commands/order-draft.js';
import { PutOrder } from '../../../src/allocation/commands/put-order.js';
import { ReceiveGoods } from '../../../src/allocation/commands/receive-goods.js';
import { ShipOrder } from '../../../src/allocation/commands/ship-order.js';
import { Purchase, PurchaseChange } from '../../../src/allocation/commands/simulated-purchases.js';
import type { Step } from '../../../src/allocation/commands/simulated-steps.js';

/** Makes the step in a game: its codes begin with the name of the game, so that games do not meet. */
type StepOf = (game: string) => Step;

export const SKUS = ['CHAIR', 'TABLE'];
const sku = fc.constantFrom(...SKUS);
const orderId = fc.constantFrom('o1', 'o2', 'o3', 'o4');
/** A batch is bought in the same way each time, or of the other SKU. */
const BATCHES = [
  { reference: 'b1', sku: 'CHAIR', quantity: 6, eta: null },
  { reference: 'b2', sku: 'CHAIR', quantity: 8, eta: '2027-03-01' },
  { reference: 'b3', sku: 'CHAIR', quantity: 4, eta: '2027-02-01' },
  { reference: 'b4', sku: 'TABLE', quantity: 7, eta: null },
  { reference: 'b5', sku: 'TABLE', quantity: 9, eta: '2027-02-15' },
] as const;
const batch = fc.constantFrom(...BATCHES);
const units = fc.integer({ min: 1, max: 6 });
const eta = fc.constantFrom(null, '2020-01-01', '2027-01-15', '2027-02-15', '2027-04-01');
const terms = {
  split: fc.boolean(),
  neededBy: fc.constantFrom(null, null, null, '2027-02-20'),
};

const channel = fc.constantFrom(null, 'web');
const line = fc.record({ sku, quantity: units, ...terms });
const whenShort = fc.constantFrom('refuse' as const, 'backorder' as const);
const allocate = fc.record({ orderId, sku, quantity: units, whenShort, ...terms }).map(
  (wanted): StepOf =>
    (game) =>
      new AllocateLine({ ...wanted, orderId: game + wanted.orderId, sku: game + wanted.sku }),
);
const order = fc
  .record({
    orderId,
    lines: fc.uniqueArray(line, { minLength: 1, maxLength: 2, selector: (each) => each.sku }),
    whenShort: fc.constantFrom('refuse' as const, 'skip' as const, 'backorder' as const),
    channel,
    expiresInSeconds: fc.constantFrom(null, null, 600),
    priority: fc.constantFrom(1, 5, 9),
    shipComplete: fc.boolean(),
  })
  .map(
    ({ orderId, lines, ...rest }): StepOf =>
      (game) =>
        new PutOrder(
          game + orderId,
          wantedOrder({ ...rest, lines: lines.map((each) => ({ ...each, sku: game + each.sku })) }),
        ),
  );
const register = fc.tuple(batch, fc.constantFrom(...SKUS, undefined, undefined, undefined)).map(
  ([{ reference, quantity, eta, sku }, other]): StepOf =>
    (game) =>
      new Purchase(game + reference, game + (other ?? sku), quantity, eta),
);
const changeQuantity = fc.tuple(batch, fc.integer({ min: 0, max: 12 })).map(
  ([{ reference }, quantity]): StepOf =>
    (game) =>
      new PurchaseChange(game + reference, { quantity }),
);
const reschedule = fc.tuple(batch, eta).map(
  ([{ reference }, eta]): StepOf =>
    (game) =>
      new PurchaseChange(game + reference, { eta }),
);
const receive = fc
  .record({
    id: fc.constantFrom('r1', 'r2', 'r3'),
    batch,
    quantity: fc.integer({ min: 0, max: 6 }),
    rejected: fc.constantFrom(0, 0, 2),
    isFinal: fc.boolean(),
  })
  .map(
    ({ id, batch, ...receipt }): StepOf =>
      (game) =>
        new ReceiveGoods(game + id, game + batch.reference, receipt),
  );
const ship = fc
  .record({
    id: fc.constantFrom('s1', 's2', 's3'),
    orderId,
    some: fc.option(fc.record({ sku, quantity: units })),
  })
  .map(
    ({ id, orderId, some }): StepOf =>
      (game) =>
        new ShipOrder(game + id, game + orderId, some ? [{ ...some, sku: game + some.sku }] : undefined),
  );

const policy = fc
  .record({
    sku,
    protections: fc.array(fc.record({ channel, quantity: units, until: fc.constant(null) }), {
      maxLength: 1,
    }),
    backorders: fc.constantFrom(...BACKORDER_POLICIES),
  })
  .map(
    ({ sku, ...rest }): StepOf =>
      (game) =>
        new ChangePolicy(game + sku, { ...DEFAULT_POLICY, ...rest }),
  );

export const steps = (maxLength: number): fc.Arbitrary<StepOf[]> =>
  fc.array(
    fc.oneof(
      { arbitrary: allocate, weight: 4 },
      { arbitrary: order, weight: 4 },
      { arbitrary: register, weight: 3 },
      { arbitrary: changeQuantity, weight: 3 },
      { arbitrary: reschedule, weight: 1 },
      { arbitrary: receive, weight: 2 },
      { arbitrary: ship, weight: 2 },
      { arbitrary: policy, weight: 1 },
    ),
    { minLength: 1, maxLength },
  );

/** Everything is bought, so that there is something to promise. */
export const STOCKED: readonly StepOf[] = BATCHES.map(
  ({ reference, sku, quantity, eta }): StepOf =>
    (game) =>
      new Purchase(game + reference, game + sku, quantity, eta),
);
