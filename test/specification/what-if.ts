import { expect } from '@jest/globals';
import { Simulate, type SimulationAnswer } from '../../src/allocation/commands/simulate.js';
import { Purchase, PurchaseChange } from '../../src/allocation/commands/simulated-purchases.js';
import type { Step } from '../../src/allocation/commands/simulated-steps.js';
import type { ChangedLine } from '../../src/allocation/domain/changed-lines.js';
import type { Steps } from './gherkin.js';
import type { World } from './world.js';

/** What each world was told last, without those lines that a step has looked at. */
const answers = new WeakMap<World, ChangedLine[]>();

/** What is asked before anybody acts. */
export function whatIf(steps: Steps<World>): void {
  steps
    .on('a buyer asks what would happen if {batch} were put off to {date}', (world, { batch, date }) =>
      ask(world, new PurchaseChange(batch, { eta: date })),
    )
    .on('a buyer asks what would happen if {batch} held {units}', (world, { batch, units }) =>
      ask(world, new PurchaseChange(batch, { quantity: Number(units) })),
    )
    .on(
      'a buyer asks what would happen if {new} with {units} {sku} came on {date} and {batch} held {left}',
      (world, { new: bought, units, sku, date, batch, left }) =>
        ask(
          world,
          new Purchase(bought, sku, Number(units), date),
          new PurchaseChange(batch, { quantity: Number(left) }),
        ),
    )
    .on('{order} would have {batch} on {date} and not on {day}', (world, { order, batch, date, day }) => {
      const { before, after } = take(world, order);
      expect([before, after]).toMatchObject([
        { batchReference: batch, eta: day },
        { batchReference: batch, eta: date },
      ]);
    })
    .on('{order} would move from {batch} to {other}', (world, { order, batch, other }) => {
      const { before, after } = take(world, order);
      expect([before?.batchReference, after?.batchReference]).toEqual([batch, other]);
    })
    .on('{order} would lose its promise', (world, { order }) => {
      expect(take(world, order).after).toBeNull();
    })
    .on('nobody else would be hit', (world) => {
      expect(answers.get(world)).toEqual([]);
    });
}

async function ask(world: World, ...calls: readonly Step[]): Promise<void> {
  const { steps, changedLines }: SimulationAnswer = await world.does(new Simulate(calls));
  expect(steps.filter((step) => 'refusal' in step)).toEqual([]);
  answers.set(world, [...changedLines]);
}

function take(world: World, order: string): ChangedLine {
  const lines = answers.get(world)!;
  const at = lines.findIndex(({ orderId }) => orderId === order);
  expect(at).toBeGreaterThanOrEqual(0);
  return lines.splice(at, 1)[0]!;
}
