import { expect } from '@jest/globals';
import { ChangePolicy } from '../../src/allocation/commands/change-policy.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { DEFAULT_POLICY, type Protection } from '../../src/allocation/domain/policy.js';
import { wantedOrder } from '../allocation/order.fixture.js';
import type { Preference } from '../../src/allocation/domain/preference.js';
import { NOW } from '../support/now.js';
import type { Steps } from './gherkin.js';
import type { World } from './world.js';

/** What is said of who gets the units of a product. */
export function policies(steps: Steps<World>): void {
  const protecting = (sku: string, channel: string | null, units: string, until: string | null = null) => {
    const protections: readonly Protection[] = [{ channel, quantity: Number(units), until }];
    return new ChangePolicy(sku, { ...DEFAULT_POLICY, protections });
  };
  const putting = (order: string, channel: string, units: string, sku: string) =>
    new PutOrder(order, { ...wantedOrder({ [sku]: Number(units) }), channel });
  const preferring = (sku: string, preference: Preference) =>
    new ChangePolicy(sku, { ...DEFAULT_POLICY, preference });
  steps
    .on('{sku} that expires first leaves first', (world, { sku }) => world.does(preferring(sku, 'fefo')))
    .on('{sku} that came first leaves first', (world, { sku }) => world.does(preferring(sku, 'fifo')))
    .on('{sku} that came last leaves first', (world, { sku }) => world.does(preferring(sku, 'lifo')))
    .on('{sku} has to keep {units} days after it is needed', (world, { sku, units }) =>
      world.does(new ChangePolicy(sku, { ...DEFAULT_POLICY, minimumShelfLifeDays: Number(units) })),
    )
    .on('of the last {sku} {units} are safety stock', (world, { sku, units }) =>
      world.does(protecting(sku, null, units)),
    )
    .on('of the last {sku} {units} are for {channel}', (world, { sku, units, channel }) =>
      world.does(protecting(sku, channel, units)),
    )
    .on('of the last {sku} {units} are for {channel} until {date}', (world, { sku, units, channel, date }) =>
      world.does(protecting(sku, channel, units, date)),
    )
    .on('it is {date}', (_, { date }) => expect(NOW.toISOString().slice(0, 10)).toBe(date))
    .on('{date} begins', (world, { date }) => world.dayBegins(date))
    .on('{order} of {channel} asked together for {units} {sku}', (world, { order, channel, units, sku }) =>
      world.does(putting(order, channel, units, sku)),
    )
    .on('{order} of {channel} asks together for {units} {sku}', (world, { order, channel, units, sku }) =>
      world.tries(putting(order, channel, units, sku)),
    )
    .on('it is refused: {left} {sku} are left for it, not {units}', (world, { left, sku, units }) => {
      const short = { sku, requested: Number(units), available: Number(left), earliest: null };
      world.refusal('out-of-stock', { lines: [short] });
    });
}
