import { expect } from '@jest/globals';
import { FindAvailability } from '../../src/allocation/queries/find-availability.js';
import type { Steps } from './gherkin.js';
import { factsIn } from './facts-in.js';
import { record } from './record.js';
import type { World } from './world.js';

/** What the sentences after `Then` look at. */
export function answersIn(steps: Steps<World>): void {
  promises(steps);
  refusals(steps);
  record(steps);
  availability(steps);
}

interface Promised {
  sku: string;
  quantity: number;
  batchReference?: string;
  eta?: string | null;
}

async function isPromised(world: World, order: string, promised: Promised): Promise<void> {
  const ofSku = (await world.allocationsOf(order)).filter(({ sku }) => sku === promised.sku);
  expect(ofSku.map((line) => factsIn(line, promised))).toEqual([promised]);
}

function promises(steps: Steps<World>): void {
  steps
    .on('{order} is promised {units} {sku}', (world, { order, units, sku }) =>
      isPromised(world, order, { sku, quantity: Number(units) }),
    )
    .on('{order} is promised {units} {sku} from {batch}', (world, { order, units, sku, batch }) =>
      isPromised(world, order, { sku, quantity: Number(units), batchReference: batch }),
    )
    .on(
      '{order} is promised {units} {sku} from {batch}, which is in the warehouse',
      (world, { order, units, sku, batch }) =>
        isPromised(world, order, { sku, quantity: Number(units), batchReference: batch, eta: null }),
    )
    .on(
      '{order} is promised {units} {sku} from {batch}, which arrives on {date}',
      (world, { order, units, sku, batch, date }) =>
        isPromised(world, order, { sku, quantity: Number(units), batchReference: batch, eta: date }),
    )
    .on('{order} is promised nothing', async (world, { order }) => {
      expect(await world.allocationsOf(order)).toEqual([]);
    })
    .on('{order} is promised no {sku}', async (world, { order, sku }) => {
      expect((await world.allocationsOf(order)).filter((line) => line.sku === sku)).toEqual([]);
    })
    .on('these orders are promised {sku} from {batch}: {orders}', async (world, { sku, batch, orders }) => {
      for (const order of named(orders))
        expect(await world.allocationsOf(order)).toMatchObject([{ sku, batchReference: batch }]);
    })
    .on('these orders are promised no {sku}: {orders}', async (world, { sku, orders }) => {
      for (const order of named(orders))
        expect({ order, promised: await world.allocationsOf(order) }).not.toMatchObject({
          promised: [{ sku }],
        });
    })
    .on('{count} of them are promised {units} {sku} each', async (world, { count, units, sku }) => {
      const promised = (await Promise.all(world.crowd.map((order) => world.allocationsOf(order)))).flat();
      expect(promised.length).toBe(Number(count));
      for (const line of promised) expect(line).toMatchObject({ sku, quantity: Number(units) });
    })
    .on('{batch} has {left} left', async (world, { batch, left }) => {
      expect((await world.figuresOf(batch)).available).toBe(Number(left));
    });
}

const named = (orders: string) => (orders === 'nobody' ? [] : orders.split(', '));

function refusals(steps: Steps<World>): void {
  steps
    .on(
      'it is refused: no batch holds {units} {sku}, the largest has {left} left',
      (world, { units, sku, left }) =>
        world.refusal('out-of-stock', { sku, requested: Number(units), available: Number(left) }),
    )
    .on('it is refused: {order} already has {had} {sku}, not {units}', (world, { order, had, sku, units }) =>
      world.refusal('allocation-conflict', {
        orderId: order,
        sku,
        requested: Number(units),
        allocated: Number(had),
      }),
    )
    .on('it is refused: nobody has ever bought {sku}', (world, { sku }) =>
      world.refusal('unknown-sku', { sku }),
    )
    .on('it is refused: {order} has no {sku} to give back', (world, { order, sku }) =>
      world.refusal('unknown-allocation', { orderId: order, sku }),
    )
    .on('it is refused: {order} has nothing to give back', (world, { order }) =>
      world.refusal('unknown-order', { orderId: order }),
    )
    .on('it is refused: {batch} was registered with other facts', (world, { batch }) =>
      world.refusal('batch-conflict', { reference: batch }),
    );
}

function availability(steps: Steps<World>): void {
  const promiseOf = async (world: World, sku: string, units: string) =>
    (await world.ask(new FindAvailability(sku, Number(units)))).promise;
  steps
    .on('{units} {sku} can be promised from the warehouse', async (world, { units, sku }) => {
      expect((await world.ask(new FindAvailability(sku, undefined))).onHand).toBe(Number(units));
    })
    .on('these {sku} can be promised later:', async (world, { sku }, rows) => {
      const { inbound } = await world.ask(new FindAvailability(sku, undefined));
      expect(inbound).toMatchObject(
        rows.map(({ arrives, units }) => ({ eta: arrives, available: Number(units) })),
      );
    })
    .on(
      '{units} {sku} could be promised from {batch}, which is in the warehouse',
      async (world, { units, sku, batch }) => {
        expect(await promiseOf(world, sku, units)).toMatchObject({ batchReference: batch, eta: null });
      },
    )
    .on(
      '{units} {sku} could be promised from {batch}, which arrives on {date}',
      async (world, { units, sku, batch, date }) => {
        expect(await promiseOf(world, sku, units)).toMatchObject({ batchReference: batch, eta: date });
      },
    )
    .on('{units} {sku} could not be promised', async (world, { units, sku }) => {
      expect(await promiseOf(world, sku, units)).toBeNull();
    });
}
