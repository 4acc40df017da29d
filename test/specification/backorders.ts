import { expect } from '@jest/globals';
import { ChangePolicy } from '../../src/allocation/commands/change-policy.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { ListBackorders } from '../../src/allocation/queries/list-backorders.js';
import { BACKORDER_POLICIES, DEFAULT_POLICY } from '../../src/allocation/domain/policy.js';
import { wantedOrder } from '../allocation/order.fixture.js';
import type { Steps } from './gherkin.js';
import type { World } from './world.js';

/** What is said of lines that wait for units. */
export function backorders(steps: Steps<World>): void {
  const waiting = (
    order: string,
    sku: string,
    units: string,
    more: { priority?: number; channel?: string } = {},
  ) => new PutOrder(order, { ...wantedOrder({ [sku]: Number(units) }), whenShort: 'backorder', ...more });
  const queue = async (world: World, sku: string) =>
    (await world.ask(new ListBackorders(sku, 0, 100))).map(({ orderId, quantity, unitsAhead }) => ({
      order: orderId,
      units: String(quantity),
      ahead: String(unitsAhead),
    }));
  steps
    .on('{order} would wait for {units} {sku}', (world, { order, units, sku }) =>
      world.does(waiting(order, sku, units)),
    )
    .on('{order} would wait with priority {level} for {units} {sku}', (world, { order, level, units, sku }) =>
      world.does(waiting(order, sku, units, { priority: Number(level) })),
    )
    .on('{order} of {channel} would wait for {units} {sku}', (world, { order, channel, units, sku }) =>
      world.does(waiting(order, sku, units, { channel: channel })),
    )
    .on('the queue for {sku} is {way}', (world, { sku, way }) => {
      const backorders = BACKORDER_POLICIES.find((policy) => policy === way);
      if (!backorders) throw new Error(`No queue is ${way}.`);
      return world.does(new ChangePolicy(sku, { ...DEFAULT_POLICY, backorders }));
    })
    .on('{order} asks for {units} {sku}, and would wait', (world, { order, units, sku }) =>
      world.tries(waiting(order, sku, units)),
    )
    .on('these wait for {sku}:', async (world, { sku }, rows) => {
      expect(await queue(world, sku)).toEqual(rows);
    })
    .on('nobody waits for {sku}', async (world, { sku }) => {
      expect(await queue(world, sku)).toEqual([]);
    });
}
