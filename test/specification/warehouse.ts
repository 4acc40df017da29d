import { expect } from '@jest/globals';
import { AdjustStock } from '../../src/allocation/commands/adjust-stock.js';
import { CancelShipment } from '../../src/allocation/commands/cancel-shipment.js';
import { ReceiveGoods } from '../../src/allocation/commands/receive-goods.js';
import { ReturnGoods } from '../../src/allocation/commands/return-goods.js';
import { ShipOrder } from '../../src/allocation/commands/ship-order.js';
import { FindOrder } from '../../src/allocation/queries/find-order.js';
import type { Steps } from './gherkin.js';
import type { World } from './world.js';

/** What is said of goods that come, leave, come back and are missing. */
export function warehouse(steps: Steps<World>): void {
  goodsCome(steps);
  goodsLeave(steps);
  refusals(steps);
}

const receiving = (note: string, batch: string, units: string, isFinal = false) =>
  new ReceiveGoods(note, batch, { quantity: Number(units), rejected: 0, isFinal });

function goodsCome(steps: Steps<World>): void {
  steps
    .on('{units} {sku} of {batch} came in with {note}', (world, { units, batch, note }) =>
      world.does(receiving(note, batch, units)),
    )
    .on('{units} {sku} of {batch} come in with {note}', (world, { units, batch, note }) =>
      world.tries(receiving(note, batch, units)),
    )
    .on(
      '{units} {sku} of {batch} come in with {note}, and no more will come',
      (world, { units, batch, note }) => world.tries(receiving(note, batch, units, true)),
    )
    .on('{units} {sku} of {order} come back with {name}', (world, { units, sku, order, name }) =>
      world.tries(new ReturnGoods(name, order, [{ sku, quantity: Number(units), disposition: 'restock' }])),
    )
    .on('{units} {sku} of {batch} are missing, says {name}', (world, { units, batch, name }) =>
      world.tries(new AdjustStock(name, batch, -Number(units), 'missing')),
    );
}

const shipping = (parcel: string, orderId: string, sku: string, units: string) =>
  new ShipOrder(parcel, orderId, [{ sku, quantity: Number(units) }]);

function goodsLeave(steps: Steps<World>): void {
  steps
    .on('{units} {sku} of {order} left with {parcel}', (world, { units, sku, order, parcel }) =>
      world.does(shipping(parcel, order, sku, units)),
    )
    .on('{units} {sku} of {order} leave with {parcel}', (world, { units, sku, order, parcel }) =>
      world.tries(shipping(parcel, order, sku, units)),
    )
    .on('all of {order} leaves with {parcel}', (world, { order, parcel }) =>
      world.tries(new ShipOrder(parcel, order)),
    )
    .on('{parcel} has not left after all', (world, { parcel }) => world.tries(new CancelShipment(parcel)))
    .on('{units} {sku} of {order} have left', async (world, { units, sku, order }) => {
      const { lines } = await world.ask(new FindOrder(order));
      expect(lines.find((line) => line.sku === sku)?.shipped).toBe(Number(units));
    });
}

function refusals(steps: Steps<World>): void {
  steps
    .on(
      'it is refused: of the {units} {sku} of {order}, {left} are in the warehouse',
      (world, { units, sku, order, left }) =>
        world.refusal('not-on-hand', {
          orderId: order,
          lines: [{ sku, requested: Number(units), onHand: Number(left) }],
        }),
    )
    .on('it is refused: {order} has {had} {sku} to ship, not {units}', (world, { order, had, sku, units }) =>
      world.refusal('over-shipped', {
        orderId: order,
        sku,
        requested: Number(units),
        claimed: Number(had),
      }),
    )
    .on('it is refused: {order} is a hold', (world, { order }) =>
      world.refusal('order-not-firm', { orderId: order }),
    )
    .on('it is refused: {units} {sku} of {order} have left already', (world, { units, sku, order }) =>
      world.refusal('already-shipped', { orderId: order, sku, shipped: Number(units) }),
    )
    .on('it is refused: another {kind} is known as {name}', (world, { kind, name }) =>
      world.refusal(`${kind}-conflict`, { [`${kind}Id`]: name }),
    )
    .on('it is refused: the shipment {parcel} is cancelled', (world, { parcel }) =>
      world.refusal('shipment-cancelled', { shipmentId: parcel }),
    );
}
