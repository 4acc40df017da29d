import { expect } from '@jest/globals';
import { AllocateLine } from '../../src/allocation/commands/allocate-line.js';
import { CancelOrder } from '../../src/allocation/commands/cancel-order.js';
import { ConfirmOrder } from '../../src/allocation/commands/confirm-order.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { DEFAULT_PRIORITY } from '../../src/allocation/domain/order-line.js';
import type { WantedOrder } from '../../src/allocation/domain/wanted-order.js';
import { FindOrder } from '../../src/allocation/queries/find-order.js';
import type { Row, Steps } from './gherkin.js';
import type { World } from './world.js';

/** What is said of orders that change as a whole, of holds, and of lines that may be split. */
export function orders(steps: Steps<World>): void {
  put(steps);
  holds(steps);
  splitLines(steps);
  refusals(steps);
}

function putting(orderId: string, rows: readonly Row[], how: Partial<WantedOrder> = {}): PutOrder {
  return new PutOrder(orderId, {
    lines: rows.map(({ units, sku }) => ({
      sku: sku!,
      quantity: Number(units),
      split: false,
      neededBy: null,
    })),
    whenShort: 'refuse',
    expiresInSeconds: null,
    priority: DEFAULT_PRIORITY,
    channel: null,
    locations: null,
    shipComplete: false,
    reopen: false,
    ...how,
  });
}

function put(steps: Steps<World>): void {
  steps
    .on('{order} asked together for:', (world, { order }, rows) => world.does(putting(order, rows)))
    .on('{order} asked with priority {level} for:', (world, { order, level }, rows) =>
      world.does(putting(order, rows, { priority: Number(level) })),
    )
    .on('{order}, which leaves as a whole only, asked for:', (world, { order }, rows) =>
      world.does(putting(order, rows, { shipComplete: true })),
    )
    .on('{order} asks together for:', (world, { order }, rows) => world.tries(putting(order, rows)))
    .on('{order} asks for what fits of:', (world, { order }, rows) =>
      world.tries(putting(order, rows, { whenShort: 'skip' })),
    )
    .on('{order} is opened again and asks for:', (world, { order }, rows) =>
      world.tries(putting(order, rows, { reopen: true })),
    )
    .on('{order} is cancelled for good', (world, { order }) => world.tries(new CancelOrder(order)))
    .on(
      '{count} orders ask together for {units} {sku} and {others} {other} each at the same moment',
      (world, { count, units, sku, others, other }) =>
        world.crowdDoes(count, (order) =>
          putting(order, [
            { units, sku },
            { units: others, sku: other },
          ]),
        ),
    )
    .on('{count} of them are promised both, and the others nothing', async (world, { count }) => {
      const promised = await Promise.all(world.crowd.map((order) => world.allocationsOf(order)));
      const linesOf = (number: number) => promised.filter((lines) => lines.length === number).length;
      expect({ both: linesOf(2), nothing: linesOf(0) }).toEqual({
        both: Number(count),
        nothing: world.crowd.length - Number(count),
      });
    })
    .on('the state of {order} is {state}', async (world, { order, state }) => {
      expect((await world.ask(new FindOrder(order))).state).toBe(state);
    })
    .on(
      'the {sku} of {order} was promised at once and is in the warehouse',
      async (world, { sku, order }) => {
        const { lines } = await world.ask(new FindOrder(order));
        expect(lines.find((line) => line.sku === sku)).toMatchObject({
          ...{ promisedDate: null, expectedDate: null, overdue: false },
        });
      },
    )
    .on(
      'the {sku} of {order} was promised for {date} and is expected on {day}',
      async (world, { sku, order, date, day }) => {
        const { lines } = await world.ask(new FindOrder(order));
        const dates = lines.map(({ sku, promisedDate, expectedDate }) => ({
          sku,
          promisedDate,
          expectedDate,
        }));
        expect(dates.filter((line) => line.sku === sku)).toEqual([
          { sku, promisedDate: date, expectedDate: day },
        ]);
      },
    );
}

function holds(steps: Steps<World>): void {
  steps
    .on('{order} holds for {minutes} minutes:', (world, { order, minutes }, rows) =>
      world.tries(putting(order, rows, { expiresInSeconds: Number(minutes) * 60 })),
    )
    .on('{order} confirms its hold', (world, { order }) => world.tries(new ConfirmOrder(order)))
    .on('{minutes} minutes pass', (world, { minutes }) => world.holdsAge(minutes));
}

function splitLines(steps: Steps<World>): void {
  steps
    .on('{order} asks for {units} {sku}, from several batches if need be', (world, { order, units, sku }) =>
      world.tries(new AllocateLine({ orderId: order, sku, quantity: Number(units), split: true })),
    )
    .on('{order} is promised {units} {sku} from these batches:', async (world, facts, rows) => {
      const lines = (await world.allocationsOf(facts.order)).filter(({ sku }) => sku === facts.sku);
      expect(lines).toMatchObject([
        {
          quantity: Number(facts.units),
          claims: rows.map(({ batch, units, arrives }) => ({
            batchReference: batch,
            quantity: Number(units),
            eta: arrives === '' ? null : arrives,
          })),
        },
      ]);
    });
}

function refusals(steps: Steps<World>): void {
  steps
    .on('it is refused, and these are short:', (world, _, rows) =>
      world.refusal('out-of-stock', { lines: shortLines(rows) }),
    )
    .on('it is refused: all batches together have {left} {sku}, not {units}', (world, { left, sku, units }) =>
      world.refusal('out-of-stock', { sku, requested: Number(units), available: Number(left) }),
    )
    .on('it is refused: {order} is cancelled', (world, { order }) =>
      world.refusal('order-cancelled', { orderId: order }),
    )
    .on('it is refused: {order} is firm', (world, { order }) =>
      world.refusal('order-firm', { orderId: order }),
    )
    .on('it is refused: the hold of {order} has ended', (world, { order }) =>
      world.refusal('hold-expired', { orderId: order, lines: [] }),
    )
    .on('it is refused: the hold of {order} has ended, and these are short:', (world, { order }, rows) =>
      world.refusal('hold-expired', { orderId: order, lines: shortLines(rows) }),
    );
}

const shortLines = (rows: readonly Row[]) =>
  rows.map(({ sku, asked, left }) => ({
    sku,
    requested: Number(asked),
    available: Number(left),
    earliest: null,
  }));
