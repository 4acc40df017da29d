import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { RegisterBatch } from '../../src/batches/commands/register-batch.js';
import { wantedOrder } from '../allocation/order.fixture.js';
import type { Steps } from './gherkin.js';
import type { World } from './world.js';

/** What is said of whether the units of a batch can be used. */
export function lots(steps: Steps<World>): void {
  steps
    .on('{batch} is blocked', (world, { batch }) => world.tries(world.changing(batch, { blocked: true })))
    .on('{batch} is moved to {place}', (world, { batch, place }) =>
      world.tries(world.changing(batch, { location: place })),
    )
    .on('it is refused: {batch} stays, since {units} of its units are claimed', (world, { batch, units }) =>
      world.refusal('batch-claimed', { reference: batch, claimed: Number(units) }),
    )
    .on('{batch} is free again', (world, { batch }) => world.tries(world.changing(batch, { blocked: false })))
    .on('{batch} keeps until {date}', (world, { batch, date }) =>
      world.tries(world.changing(batch, { bestBefore: date })),
    )
    .on(
      '{units} {sku} that keep until {date} are in the warehouse as {batch}',
      (world, { units, sku, date, batch }) =>
        world.does(new RegisterBatch(batch, { sku, quantity: Number(units), eta: null, bestBefore: date })),
    )
    .on('{units} {sku} are in {place} as {batch}', (world, { units, sku, place, batch }) =>
      world.does(new RegisterBatch(batch, { sku, quantity: Number(units), eta: null, location: place })),
    )
    .on(
      '{order} from {first} or {second} asks together for {units} {sku} and {more} {other}',
      (world, { order, first, second, units, sku, more, other }) => {
        const lines = { [sku]: Number(units), [other]: Number(more) };
        return world.tries(new PutOrder(order, { ...wantedOrder(lines), locations: [first, second] }));
      },
    )
    .on(
      '{order} from {first} or {second} asks together for {units} {sku}',
      (world, { order, first, second, units, sku }) => {
        const wanted = wantedOrder({ [sku]: Number(units) });
        return world.tries(new PutOrder(order, { ...wanted, locations: [first, second] }));
      },
    )
    .on('{order} asks for {units} {sku}, needed by {date}', (world, { order, units, sku, date }) =>
      world.tries(new AllocateLine({ orderId: order, sku, quantity: Number(units), neededBy: date })),
    );
}
