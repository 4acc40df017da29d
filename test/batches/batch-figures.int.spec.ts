import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { BatchFigures } from '../../src/batches/read-models/batch-figures.js';
import { freshKernel, type Kernel } from '../support/kernel.js';

type Event = readonly [type: string, data: object];

let kernel: Kernel;
const figures = new BatchFigures();

beforeAll(async () => {
  kernel = await freshKernel();
});
afterAll(() => kernel.close());
beforeEach(() => kernel.dataSource.query('truncate batches.batch_figures'));

const EVENTS = `select position, type, key, data
                  from unnest($1::bigint[], $2::text[], $3::jsonb[]) as event (position, type, data)
                 cross join (values ('TABLE')) as of_sku (key)`;

/** Projects the events as one slice of the log. */
async function project(manager: EntityManager, events: readonly Event[], first = 1): Promise<void> {
  const values = [
    events.map((_, place) => first + place),
    events.map(([type]) => type),
    events.map(([, data]) => JSON.stringify(data)),
  ];
  await figures.project(manager, { sql: EVENTS, values }, figures.table);
}

const inTransaction = <R>(work: (manager: EntityManager) => Promise<R>) =>
  kernel.dataSource.transaction(work);

const stored = (): Promise<Record<string, unknown>[]> =>
  kernel.dataSource.query(
    `select reference, received, shipped, returned, written_off as "writtenOff", claimed, held
       from batches.batch_figures order by reference`,
  );

const of = (batchReference: string, quantity: number) => ({ batchReference, quantity });

const HISTORY: readonly Event[] = [
  ['LineAllocated', of('b1', 9)],
  ['LineHeld', of('b1', 2)],
  ['LineAllocated', { ...of('b1', 2), from: 'hold' }],
  ['LineHeld', of('b2', 4)],
  ['LineReleased', of('b2', 4)],
  ['LineReallocated', { ...of('b2', 3), previousBatchReference: 'b1' }],
  ['LineReallocated', { quantity: 3, claims: [of('b1', 1), of('b2', 2)], previousClaims: [of('b2', 3)] }],
  ['BatchReceived', of('b1', 20)],
  ['LineShipped', of('b1', 5)],
  ['LineReturned', { ...of('b1', 2), disposition: 'scrap' }],
  ['LineReturned', { ...of('b1', 1), disposition: 'restock' }],
  ['StockAdjusted', { batchReference: 'b1', by: -4 }],
  // All that is left of it goes back to being on its way.
  ['BatchRescheduled', { batchReference: 'b1', previousEta: null, eta: '2027-01-31' }],
  ['BatchReceived', of('b1', 6)],
  ['ShipmentCancelled', { ...of('b1', 2), isClaimed: true }],
];

describe('The figures of a batch', () => {
  it('are what its events add up to', async () => {
    await inTransaction((tx) => project(tx, HISTORY));

    expect(await stored()).toEqual([
      // What had left and not come back when it was emptied, 5 + 6 - 3, and the 6 that have come since.
      { reference: 'b1', received: 14, shipped: 3, returned: 3, writtenOff: 6, claimed: 6, held: 0 },
      { reference: 'b2', received: 0, shipped: 0, returned: 0, writtenOff: 0, claimed: 2, held: 0 },
    ]);
  });

  it('are the same however the log is cut into slices', async () => {
    await inTransaction((tx) => project(tx, HISTORY));
    const atOnce = await stored();

    for (const size of [1, 2, 4, 7, 13]) {
      await kernel.dataSource.query('truncate batches.batch_figures');
      for (let begin = 0; begin < HISTORY.length; begin += size)
        await inTransaction((tx) => project(tx, HISTORY.slice(begin, begin + size), begin + 1));
      expect([size, await stored()]).toEqual([size, atOnce]);
    }
  });
});
