import type { Command } from '@nestjs/cqrs';
import fc from 'fast-check';
import { AdjustStock } from '../../../src/allocation/commands/adjust-stock.js';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { CancelOrder } from '../../../src/allocation/commands/cancel-order.js';
import { CancelShipment } from '../../../src/allocation/commands/cancel-shipment.js';
import { ChangePolicy } from '../../../src/allocation/commands/change-policy.js';
import { ConfirmOrder } from '../../../src/allocation/commands/confirm-order.js';
import { DeallocateOrder } from '../../../src/allocation/commands/deallocate-order.js';
import { PutOrder } from '../../../src/allocation/commands/put-order.js';
import { Reallocate } from '../../../src/allocation/commands/reallocate.js';
import { ReceiveGoods } from '../../../src/allocation/commands/receive-goods.js';
import { ReturnGoods } from '../../../src/allocation/commands/return-goods.js';
import { ShipOrder } from '../../../src/allocation/commands/ship-order.js';
import { STRATEGIES } from '../../../src/allocation/domain/segment.js';
import { ChangeBatch } from '../../../src/batches/commands/change-batch.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';

/** A command of a history; `n` makes its names differ from those of other histories. */
export type Step = (n: string) => Command<unknown>;

const sku = fc.constantFrom('A', 'B');
const batch = fc.constantFrom('A-1', 'A-2', 'A-3', 'B-1', 'B-2');
const orderId = fc.constantFrom('o1', 'o2', 'o3');
const units = fc.integer({ min: 1, max: 6 });
/** Few names, so that documents are written again, and cancelled. */
const id = fc.integer({ min: 1, max: 9 });
const eta = fc.constantFrom(null, '2026-07-01', '2026-08-01');

const step = <Facts>(
  facts: { [Name in keyof Facts]: fc.Arbitrary<Facts[Name]> },
  make: (facts: Facts, n: string) => Command<unknown>,
) =>
  fc.record<Facts>(facts as never).map(
    (its): Step =>
      (n) =>
        make(its, n),
  );

const register = step(
  { batch, quantity: fc.integer({ min: 1, max: 20 }), eta },
  ({ batch, quantity, eta }, n) => new RegisterBatch(n + batch, { sku: n + batch[0]!, quantity, eta }),
);

const change = step(
  { batch, change: fc.record({ quantity: fc.integer({ min: 0, max: 20 }), eta }, { requiredKeys: [] }) },
  ({ batch, change }, n) => new ChangeBatch(n + batch, change),
);

const put = step(
  {
    orderId,
    lines: fc.uniqueArray(fc.record({ sku, quantity: units, split: fc.boolean() }), {
      selector: ({ sku }) => sku,
      minLength: 1,
    }),
    rest: fc.record({
      whenShort: fc.constantFrom('refuse' as const, 'skip' as const, 'backorder' as const),
      expiresInSeconds: fc.constantFrom(null, null, null, null, null, 1, 600),
      priority: fc.integer({ min: 0, max: 9 }),
      reopen: fc.boolean(),
    }),
  },
  ({ orderId, lines, rest }, n) =>
    new PutOrder(n + orderId, {
      lines: lines.map((line) => ({ ...line, sku: n + line.sku, neededBy: null })),
      ...{ channel: null, locations: null, shipComplete: false, ...rest },
    }),
);

const receive = step(
  {
    id,
    batch,
    quantity: fc.integer({ min: 0, max: 8 }),
    rejected: fc.constantFrom(0, 0, 2),
    isFinal: fc.constantFrom(false, false, true),
  },
  ({ id, batch, ...receipt }, n) => new ReceiveGoods(`${n}r${id}`, n + batch, receipt),
);

const takeBack = step(
  {
    id,
    orderId,
    sku,
    quantity: fc.integer({ min: 1, max: 3 }),
    disposition: fc.constantFrom('restock' as const, 'scrap' as const),
  },
  ({ id, orderId, sku, quantity, disposition }, n) =>
    new ReturnGoods(`${n}b${id}`, n + orderId, [{ sku: n + sku, quantity, disposition }]),
);

/** What can happen to the figures of batches, in the proportions in which it makes histories interesting. */
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: register },
  { weight: 4, arbitrary: change },
  { weight: 6, arbitrary: put },
  { weight: 4, arbitrary: receive },
  {
    weight: 8,
    arbitrary: step({ id, orderId }, ({ id, orderId }, n) => new ShipOrder(`${n}s${id}`, n + orderId)),
  },
  { weight: 5, arbitrary: step({ id }, ({ id }, n) => new CancelShipment(`${n}s${id}`)) },
  { weight: 5, arbitrary: takeBack },
  {
    weight: 2,
    arbitrary: step(
      { id, batch, by: fc.integer({ min: -4, max: 4 }) },
      ({ id, batch, by }, n) => new AdjustStock(`${n}a${id}`, n + batch, by, 'damaged'),
    ),
  },
  {
    weight: 2,
    arbitrary: step(
      { orderId, sku, quantity: units },
      ({ orderId, sku, quantity }, n) =>
        new AllocateLine({ orderId: `${n}loose-${orderId}`, sku: n + sku, quantity }),
    ),
  },
  {
    weight: 1,
    arbitrary: step({ orderId }, ({ orderId }, n) => new DeallocateOrder(`${n}loose-${orderId}`)),
  },
  { weight: 1, arbitrary: step({ orderId }, ({ orderId }, n) => new ConfirmOrder(n + orderId)) },
  { weight: 1, arbitrary: step({ orderId }, ({ orderId }, n) => new CancelOrder(n + orderId)) },
  {
    weight: 1,
    arbitrary: step(
      { sku, strategy: fc.constantFrom(...STRATEGIES) },
      ({ sku, strategy }, n) => new Reallocate(n + sku, [{ match: {}, strategy }], false),
    ),
  },
  {
    weight: 1,
    arbitrary: step(
      {
        sku,
        preference: fc.constantFrom('eta' as const, 'lifo' as const),
        backorders: fc.constantFrom('first-fit' as const, 'strict' as const),
      },
      ({ sku, ...policy }, n) =>
        new ChangePolicy(n + sku, { ...policy, protections: [], minimumShelfLifeDays: 0 }),
    ),
  },
);

/** What there is at the beginning. */
export const FIRST_BATCHES: readonly Step[] = ['A-1', 'B-1'].map(
  (reference) => (n) => new RegisterBatch(n + reference, { sku: n + reference[0]!, quantity: 15, eta: null }),
);
