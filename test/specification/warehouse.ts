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
  figures(steps);
  actors(steps);
  refusals(steps);
}

const receiving = (note: string, batch: string, units: string, isFinal = false, rejected = 0) =>
  new ReceiveGoods(note, batch, { quantity: Number(units), rejected, isFinal });

const returning = (
  name: string,
  orderId: string,
  sku: string,
  units: string,
  disposition: 'restock' | 'scrap' = 'restock',
) => new ReturnGoods(name, orderId, [{ sku, quantity: Number(units), disposition }]);

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
      world.tries(returning(name, order, sku, units)),
    )
    .on('{units} {sku} of {order} come back broken with {name}', (world, { units, sku, order, name }) =>
      world.tries(returning(name, order, sku, units, 'scrap')),
    )
    .on(
      '{units} {sku} of {batch} come in with {note}, and {others} that are broken',
      (world, { units, batch, note, others }) =>
        world.tries(receiving(note, batch, units, false, Number(others))),
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

function figures(steps: Steps<World>): void {
  steps.on(
    '{units} of {batch} are in the warehouse and {others} are still to come',
    async (world, { units, batch, others }) => {
      const { onHand, inbound } = await world.figuresOf(batch);
      expect({ onHand, inbound }).toEqual({ onHand: Number(units), inbound: Number(others) });
    },
  );
}

function actors(steps: Steps<World>): void {
  steps
    .on('{who} asks for {units} {sku} for {order}', (world, { who, units, sku, order }) =>
      world.triesAs(who, world.asking(order, sku, units)),
    )
    .on('{who} ships {units} {sku} of {order} with {parcel}', (world, { who, units, sku, order, parcel }) =>
      world.triesAs(who, shipping(parcel, order, sku, units)),
    )
    .on('{who} takes {units} {sku} of {order} back with {name}', (world, { who, units, sku, order, name }) =>
      world.triesAs(who, returning(name, order, sku, units)),
    )
    .on('{who} says that {batch} holds {units}', (world, { who, batch, units }) =>
      world.triesAs(who, world.changing(batch, { quantity: Number(units) })),
    );
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
    .on('it is refused: {sku} of {order} would stay behind', (world, { sku, order }) =>
      world.refusal('order-incomplete', { orderId: order, skus: [sku] }),
    )
    .on(
      'it is refused: {left} {sku} of {order} can come back, not {units}',
      (world, { left, sku, order, units }) =>
        world.refusal('over-returned', {
          ...{ orderId: order, sku, requested: Number(units), returnable: Number(left) },
        }),
    )
    .on('it is refused: {batch} has {left} in the warehouse', (world, { batch, left }) =>
      world.refusal('below-zero', { batchReference: batch, onHand: Number(left) }),
    )
    .on('it is refused: another {kind} is known as {name}', (world, { kind, name }) =>
      world.refusal(`${kind}-conflict`, { [`${kind}Id`]: name }),
    )
    .on('it is refused: the shipment {parcel} is cancelled', (world, { parcel }) =>
      world.refusal('shipment-cancelled', { shipmentId: parcel }),
    );
}
