import { expect } from '@jest/globals';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { Reallocate } from '../../src/allocation/commands/reallocate.js';
import { ListBackorders } from '../../src/allocation/queries/list-backorders.js';
import type { ReallocationResult } from '../../src/allocation/domain/reallocated-lines.js';
import type { Strategy } from '../../src/allocation/domain/segment.js';
import { wantedOrder } from '../allocation/order.fixture.js';
import type { Steps } from './gherkin.js';
import type { World } from './world.js';

/** What is said of reallocation runs. */
export function reallocations(steps: Steps<World>): void {
  const last = new WeakMap<World, ReallocationResult>();
  const waiting = (order: string, channel: string, units: string, sku: string) =>
    new PutOrder(order, { ...wantedOrder({ [sku]: Number(units) }), channel, whenShort: 'backorder' });
  const run = async (
    world: World,
    facts: Record<'first' | 'second' | 'one' | 'other', string>,
    isSimulated = false,
  ) => {
    const segments = [
      { match: { channel: facts.first }, strategy: facts.one as Strategy },
      { match: { channel: facts.second }, strategy: facts.other as Strategy },
    ];
    last.set(world, await world.does(new Reallocate('TABLE', segments, isSimulated)));
  };
  steps
    .on('{order} of {channel} waits if need be for {units} {sku}', (world, { order, channel, units, sku }) =>
      world.does(waiting(order, channel, units, sku)),
    )
    .on('{order} waits for {units} {sku}', async (world, { order, units, sku }) => {
      const queue = await world.ask(new ListBackorders(sku, 0, 100));
      expect(queue).toContainEqual(expect.objectContaining({ orderId: order, quantity: Number(units) }));
    })
    .on('a reallocation run let {first} {one} and {second} {other}', (world, facts) => run(world, facts))
    .on('a reallocation run lets {first} {one} and {second} {other}', (world, facts) => run(world, facts))
    .on(
      'a planner asks what a reallocation run would do that lets {first} {one} and {second} {other}',
      (world, facts) => run(world, facts, true),
    )
    .on('these lines have other units, or would have:', (world, _, rows) => {
      const lines = last.get(world)!.lines.map(({ orderId: order, outcome, strategy }) => ({
        ...{ order, outcome, segment: strategy ?? '' },
      }));
      expect(lines).toEqual(rows);
    });
}
