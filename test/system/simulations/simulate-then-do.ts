import { expect } from '@jest/globals';
import fc from 'fast-check';
import { Purchase } from '../../../src/allocation/commands/simulated-purchases.js';
import type { Step } from '../../../src/allocation/commands/simulated-steps.js';
import type { ChangedLine, LinePlace } from '../../../src/allocation/domain/changed-lines.js';
import type { OrderStack } from '../../allocation/order.stack.js';
import { minute } from '../../allocation/product.commands.js';
import { Rehearsal, type Done } from './rehearsal.js';
import { SKUS, STOCKED, steps } from './steps.js';

let games = 0;

/** What was seen in all games, so that a test can say that they were not about nothing. */
export type Seen = Map<string, number>;

/**
 * On stock with a history, each game simulates some calls and then makes them: answers and events must be the same, and
 * the simulation must not have changed anything.
 */
export function simulateThenDo(openStack: () => OrderStack, seen: Seen) {
  return fc.asyncProperty(
    fc.boolean(),
    steps(12),
    fc.constantFrom(0, 15),
    steps(8),
    async (isStocked, history, wait, rehearsed) => {
      const game = `game-${++games}-`;
      const stack = openStack();
      let now = minute(0);
      await stack.setClock(now);
      const rehearsal = new Rehearsal(
        stack,
        SKUS.map((sku) => game + sku),
        () => now,
      );
      for (const step of [...(isStocked ? STOCKED : []), ...history]) await rehearsal.do(step(game));
      await stack.setClock((now = minute(wait)));

      const calls = rehearsed.map((step) => step(game));
      const before = await picture(stack, game);
      const simulated = await rehearsal.simulate(calls);
      expect(await picture(stack, game)).toEqual(before);
      await rehearsal.endHolds();

      const changed = calls.map((call) => isChangedSince(rehearsal, call));
      const linesBefore = await linesOf(stack, game);
      const done: Done[] = [];
      for (const call of calls) done.push(await rehearsal.do(call));
      for (const [i, call] of calls.entries()) {
        // A registration is compared with the batch as it is, and not as it was registered first.
        if (changed[i]!) continue;
        expect({ call, ...simulated.steps[i] }).toEqual({ call, ...done[i] });
        note(seen, done[i]!);
      }
      expect(simulated.all.more).toBe(false);
      expect(changesIn(simulated.all.changedLines)).toEqual(
        changesBetween(linesBefore, await linesOf(stack, game)),
      );
    },
  );
}

/** Whether the batch that is registered again has changed since it was registered first. */
function isChangedSince({ paper }: Rehearsal, call: Step): boolean {
  const batch = call instanceof Purchase && paper.get(call.reference);
  if (!batch) return false;
  const { quantity, eta, registeredQuantity, registeredEta } = batch.state;
  return quantity !== registeredQuantity || eta !== registeredEta;
}

async function picture(stack: OrderStack, game: string): Promise<unknown> {
  const pictures: unknown[] = [];
  for (const sku of SKUS.map((sku) => game + sku))
    pictures.push([await stack.stored(sku), (await stack.told(sku)).length]);
  return pictures;
}

/** What each line claims, and when that comes, by its name. */
async function linesOf(stack: OrderStack, game: string): Promise<ReadonlyMap<string, string>> {
  const lines = new Map<string, string>();
  for (const sku of SKUS.map((sku) => game + sku)) {
    const { batches, lines: stored } = await stack.stored(sku);
    const etas = new Map(batches.map(({ reference, eta }) => [reference, eta]));
    for (const { orderId, claims } of stored)
      lines.set(
        `${sku} ${orderId}`,
        placeOf(claims.map((claim) => ({ ...claim, eta: etas.get(claim.batchReference)! }))),
      );
  }
  return lines;
}

function placeOf(
  claims: readonly {
    readonly batchReference: string;
    readonly quantity: number;
    readonly eta: string | null;
  }[],
): string {
  return claims
    .map(({ batchReference, quantity, eta }) => `${quantity} of ${batchReference} on ${eta}`)
    .sort()
    .join(', ');
}

function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name)} → ${after.get(name)}`)
    .sort();
}

function changesIn(changed: readonly ChangedLine[]): string[] {
  const claims = (place: LinePlace | null) => place && placeOf(place.claims ?? [place]);
  return changed
    .map(
      ({ sku, orderId, before, after }) =>
        `${sku} ${orderId}: ${claims(before) ?? undefined} → ${claims(after) ?? undefined}`,
    )
    .sort();
}

function note(seen: Seen, { answer, events }: Done): void {
  for (const word of [answer, ...events].map((text) => text.split(' ', 1)[0]!))
    seen.set(word, (seen.get(word) ?? 0) + 1);
}
