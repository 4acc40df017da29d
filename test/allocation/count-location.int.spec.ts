import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AllocationModule } from '../../src/allocation/allocation.module.js';
import {
  CountLocation,
  countIdOf,
  type LocationCount,
} from '../../src/allocation/commands/count-location.js';
import { PutOrder } from '../../src/allocation/commands/put-order.js';
import { ShipOrder } from '../../src/allocation/commands/ship-order.js';
import { FindProduct } from '../../src/allocation/queries/find-product.js';
import type { Application } from '../support/application.js';
import { batchRegistered } from '../support/contract-events.js';
import { startFeature } from '../support/feature.js';
import { wantedOrder } from './order.fixture.js';

let application: Application;
beforeAll(async () => {
  application = await startFeature(AllocationModule);
});
afterAll(() => application.close());

/** Each test has products of its own. */
let test = 0;
const its = (name: string) => `${name}-${test}`;
beforeEach(() => void test++);

async function buy(reference: string, sku: string, quantity: number, location?: string): Promise<void> {
  const event = batchRegistered(its(reference), its(sku), quantity);
  await application.hears({ ...event, data: { ...event.data, ...(location !== undefined && { location }) } });
  await application.settled();
}
const order = (orderId: string, lines: Record<string, number>) =>
  application.execute(
    new PutOrder(
      its(orderId),
      wantedOrder(Object.fromEntries(Object.entries(lines).map(([sku, units]) => [its(sku), units]))),
    ),
  );
const count = (...counts: readonly LocationCount[]) =>
  application.execute(new CountLocation(its('cycle'), 'main', counts));
const preview = (...counts: readonly LocationCount[]) =>
  application.execute(new CountLocation(its('cycle'), 'main', counts, true));
const onHand = async (sku: string) => (await application.ask(new FindProduct(its(sku)))).onHand;
const events = () => application.head();

describe('A count of a location', () => {
  it('is a difference for each batch: what has left since it was counted stays away', async () => {
    await buy('PO-1', 'RUG', 20);
    await buy('PO-2', 'LAMP', 10);
    await order('o', { RUG: 5 });
    await application.execute(new ShipOrder(its('s'), its('o')));

    const counts = [
      { batchReference: its('PO-1'), counted: 18, expected: 20 },
      { batchReference: its('PO-2'), counted: 10, expected: 10 },
    ];
    expect(await count(...counts)).toEqual([
      {
        ...{
          countId: its('cycle') + `/${its('PO-1')}`,
          isNew: true,
          batchReference: its('PO-1'),
          sku: its('RUG'),
        },
        ...{ counted: 18, expected: 20, variance: -2, onHand: 13 },
      },
      expect.objectContaining({ batchReference: its('PO-2'), variance: 0, onHand: 10 }),
    ]);
    expect(await onHand('RUG')).toBe(13);
  });

  it('that comes again changes nothing, and with other numbers is refused', async () => {
    await buy('PO-1', 'RUG', 20);
    const counted = { batchReference: its('PO-1'), counted: 15 };
    await count(counted);
    const head = await events();

    expect(await count(counted)).toMatchObject([{ isNew: false, variance: -5, onHand: 15 }]);
    expect(await count({ ...counted, counted: 14 })).toMatchObject([{ code: 'count-conflict' }]);
    expect(await events()).toBe(head);
  });

  it('that is posted twice at the same time is posted once', async () => {
    await buy('PO-1', 'RUG', 20);
    const counted = { batchReference: its('PO-1'), counted: 15, expected: 20 };
    const posted = (await Promise.all([count(counted), count(counted)])).flat();

    expect(posted.map((result) => (result as { isNew: boolean }).isNew).sort()).toEqual([false, true]);
    expect(await onHand('RUG')).toBe(15);
  });

  it('refuses each wrong count alone', async () => {
    await buy('PO-1', 'RUG', 20);
    await buy('PO-2', 'LAMP', 10);
    await buy('PO-3', 'LAMP', 10, 'rtm');
    await order('o', { LAMP: 9 });
    await application.execute(new ShipOrder(its('s'), its('o')));

    const results = await count(
      { batchReference: its('PO-9'), counted: 1 },
      { batchReference: its('PO-3'), counted: 1 },
      { batchReference: its('PO-1'), sku: its('LAMP'), counted: 1 },
      { batchReference: its('PO-2'), counted: 0, expected: 10 },
      { counted: 1 },
      { batchReference: its('PO-1'), sku: its('RUG'), counted: 19 },
    );

    expect(results).toMatchObject([
      { code: 'unknown-batch' },
      { code: 'other-location', message: `Batch ${its('PO-3')} is at rtm, but this is a count of main.` },
      { code: 'other-sku' },
      { code: 'below-zero' },
      { code: 'nothing-named' },
      { isNew: true, variance: -1 },
    ]);
    expect(await onHand('LAMP')).toBe(11);
  });

  it('finds the batch of a SKU if it has one at the location, or one with stock', async () => {
    await buy('PO-1', 'RUG', 20);
    await buy('PO-2', 'RUG', 20, 'rtm');
    await buy('PO-3', 'LAMP', 5);
    await buy('PO-4', 'LAMP', 6);
    await buy('PO-5', 'VASE', 2);
    await buy('PO-6', 'VASE', 7);
    await order('o', { VASE: 2 });
    await application.execute(new ShipOrder(its('s'), its('o')));

    expect(
      await count(
        { sku: its('RUG'), counted: 18 },
        { sku: its('LAMP'), counted: 11 },
        { sku: its('VASE'), counted: 8 },
        { sku: its('BED'), counted: 1 },
      ),
    ).toMatchObject([
      { batchReference: its('PO-1'), variance: -2 },
      {
        code: 'several-batches',
        message: `${its('LAMP')} has 2 batches at main: name the reference of the one that was counted.`,
      },
      { batchReference: its('PO-6'), variance: 1 },
      { code: 'no-batch' },
    ]);
  });
});

describe('The preview of a count of a location', () => {
  it('says what the count does, and which order lines it moves, and writes nothing', async () => {
    await buy('PO-1', 'RUG', 10);
    await buy('PO-2', 'RUG', 4);
    await order('o-1', { RUG: 4 });
    await order('o-2', { RUG: 6 });
    const counts = [{ batchReference: its('PO-1'), counted: 3 }];
    const head = await events();

    const [shown] = await preview(...counts);
    expect(shown).toMatchObject({
      ...{ isNew: true, expected: 10, counted: 3, variance: -7, onHand: 3 },
      lines: { moved: 1, lost: 1, served: 0 },
    });
    expect(await events()).toBe(head);
    expect(await onHand('RUG')).toBe(14);

    const { lines: _, ...same } = shown as { lines: object };
    expect(await count(...counts)).toEqual([same]);
  });

  it('shows counts that were posted before and counts that will be refused', async () => {
    await buy('PO-1', 'RUG', 10);
    await count({ batchReference: its('PO-1'), counted: 9 });

    expect(
      await preview(
        { batchReference: its('PO-1'), counted: 9 },
        { batchReference: its('PO-1'), counted: 8 },
        { batchReference: its('PO-9'), counted: 8 },
      ),
    ).toMatchObject([{ isNew: false }, { code: 'count-conflict' }, { code: 'unknown-batch' }]);
  });

  it('goes on if a count needs lines that only the count before it has moved to its batch', async () => {
    await buy('PO-1', 'RUG', 10);
    await buy('PO-2', 'RUG', 10);
    for (const name of ['o-1', 'o-2', 'o-3', 'o-4', 'o-5', 'o-6']) await order(name, { RUG: 2 });

    // Alone, the second one would take no line's units.
    expect(
      await preview({ batchReference: its('PO-1'), counted: 0 }, { batchReference: its('PO-2'), counted: 3 }),
    ).toMatchObject([
      { variance: -10, lines: { moved: 4, lost: 1 } },
      { variance: -7, lines: { moved: 0, lost: 4 } },
    ]);
  });
});

describe('The name of the count of a batch', () => {
  it('is made of both names, and short enough however long they are', () => {
    expect(countIdOf('july', 'PO-1')).toBe('july/PO-1');
    const [long, other] = ['a'.repeat(128), `${'a'.repeat(127)}b`];
    expect(countIdOf('july', long)).toHaveLength('july/'.length + 43);
    expect(countIdOf('july', long)).toBe(countIdOf('july', long));
    expect(countIdOf('july', long)).not.toBe(countIdOf('july', other));
  });
});
