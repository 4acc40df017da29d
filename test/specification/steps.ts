import { expect } from '@jest/globals';
import { DeallocateLine } from '../../src/allocation/commands/deallocate-line.js';
import { DeallocateOrder } from '../../src/allocation/commands/deallocate-order.js';
import { Steps } from './gherkin.js';
import { answersIn } from './answers.js';
import { backorders } from './backorders.js';
import { orders } from './orders.js';
import { ledger } from './ledger.js';
import { lots } from './lots.js';
import { reallocations } from './reallocations.js';
import { policies } from './policies.js';
import { warehouse } from './warehouse.js';
import { whatIf } from './what-if.js';
import type { World } from './world.js';

const NUMBER = '\\d+';
const DAY = '\\d{4}-\\d\\d-\\d\\d';

export const steps = new Steps<World>({
  ...{ units: NUMBER, count: NUMBER, hours: NUMBER, left: NUMBER, had: NUMBER, change: NUMBER },
  ...{ minutes: NUMBER, others: NUMBER, level: '\\d' },
  amount: '-?\\d+',
  date: DAY,
  day: DAY,
  orders: '[\\w-]+(?:, [\\w-]+)*',
  reason: '.+',
});

steps
  .on('{units} {sku} are in the warehouse as {batch}', (world, { units, sku, batch }) =>
    world.does(world.buying(batch, sku, units)),
  )
  .on('{units} {sku} arrive on {date} as {batch}', (world, { units, sku, date, batch }) =>
    world.does(world.buying(batch, sku, units, date)),
  )
  .on('these batches of {sku}:', async (world, { sku }, rows) => {
    for (const { batch, units, arrives } of rows)
      await world.does(world.buying(batch!, sku, units!, arrives === '' ? null : arrives));
  })
  .on('{order} was promised {units} {sku}', (world, { order, units, sku }) =>
    world.does(world.asking(order, sku, units)),
  );

steps
  .on('{units} {sku} are bought as {batch}', (world, { units, sku, batch }) =>
    world.tries(world.buying(batch, sku, units)),
  )
  .on('{units} {sku} due on {date} are bought as {batch}', (world, { units, sku, date, batch }) =>
    world.tries(world.buying(batch, sku, units, date)),
  )
  .on(
    '{count} batches of {units} {sku} are bought, and each is ordered as soon as it is registered',
    async (world, { count, units, sku }) => {
      world.crowd = Array.from({ length: Number(count) }, (_, i) => `order-${i + 101}`);
      for (const order of world.crowd) {
        await world.does(world.buying(`batch for ${order}`, sku, units));
        await world.tries(world.asking(order, sku, units));
      }
    },
  )
  .on('{batch} turns out to hold {units}', (world, { batch, units }) =>
    world.tries(world.changing(batch, { quantity: Number(units) })),
  )
  .on('{batch} is put off to {date}', (world, { batch, date }) =>
    world.tries(world.changing(batch, { eta: date })),
  )
  .on('{batch} arrives and turns out to hold {units}', (world, { batch, units }) =>
    world.tries(world.changing(batch, { quantity: Number(units), eta: null })),
  )
  .on('{batch} arrives', (world, { batch }) => world.tries(world.changing(batch, { eta: null })));

steps
  .on('{order} asks for {units} {sku}', (world, { order, units, sku }) =>
    world.tries(world.asking(order, sku, units)),
  )
  .on('{order} asks for {units} {sku} and is refused', async (world, { order, units, sku }) => {
    await world.tries(world.asking(order, sku, units));
    world.refusal('out-of-stock', { sku, requested: Number(units) });
  })
  .on(
    '{order} asks {count} times at the same moment for {units} {sku}',
    (world, { order, count, units, sku }) =>
      Promise.all(Array.from({ length: Number(count) }, () => world.does(world.asking(order, sku, units)))),
  )
  .on('{count} orders ask for {units} {sku} each at the same moment', (world, { count, units, sku }) =>
    world.crowds(count, sku, units),
  )
  .on(
    '{count} orders ask for {units} {sku} each while {batch} turns out to hold {left}',
    (world, { count, units, sku, batch, left }) =>
      world.crowds(count, sku, units, [world.does(world.changing(batch, { quantity: Number(left) }))]),
  )
  .on('{order} gives back its {sku}', (world, { order, sku }) => world.tries(new DeallocateLine(order, sku)))
  .on('{order} is cancelled', (world, { order }) => world.tries(new DeallocateOrder(order)));

steps
  .on('{hours} hours pass', (world, { hours }) => world.timePasses(hours))
  .on('message {message} says that {batch} holds {amount}', (world, { message, batch, amount }) =>
    world.hears(message, JSON.stringify({ batchref: batch, qty: Number(amount) })),
  )
  .on('message {message} is garbled', (world, { message }) => world.hears(message, '{"batchref": "PO-'))
  .on('message {message} is kept, because {reason}', async (world, { message, reason }) => {
    expect(await world.keptFor(message)).toEqual([expect.stringContaining(reason)]);
  });

orders(steps);
backorders(steps);
warehouse(steps);
ledger(steps);
policies(steps);
reallocations(steps);
lots(steps);
whatIf(steps);
answersIn(steps);
