import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Batch } from '../../../src/batches/domain/batch.js';
import { BatchesInPostgres } from '../../../src/batches/persistence/batches-in-postgres.js';
import { freshKernel, type Kernel } from '../../support/kernel.js';

const batches = new BatchesInPostgres();
let kernel: Kernel;

beforeAll(async () => {
  kernel = await freshKernel();
  await change('PO-1', (batch) => void batch.register({ sku: 'CHAIR', quantity: 1, eta: null }));
});

afterAll(() => kernel.close());

const change = (reference: string, work: (batch: Batch) => void) =>
  kernel.unitOfWork.change(batches, { reference }, work);

/** The next events are refused as where the disk is full; what a sequence has given out no rollback takes back. */
async function fillDiskFor(refusals: number): Promise<void> {
  await kernel.dataSource.query(`
    create sequence public.refused;
    create function public.refuse() returns trigger language plpgsql as $$ begin
      if nextval('public.refused') <= ${refusals} then
        raise exception 'could not extend file: No space left on device' using errcode = 'disk_full';
      end if;
      return new;
    end $$;
    create trigger refuse before insert on event_log.event for each statement execute function public.refuse()`);
}

it('is waited out while the disk of the database is full, whatever else shares the transaction', async () => {
  await fillDiskFor(3);
  await Promise.all([
    change('PO-1', (batch) => batch.change({ quantity: 2 })),
    change('PO-2', (batch) => void batch.register({ sku: 'CHAIR', quantity: 5, eta: null })),
  ]);
  const written = await kernel.dataSource.query<unknown[]>(
    'select reference, quantity, version from batches.batch order by reference',
  );
  expect(written).toEqual([
    { reference: 'PO-1', quantity: 2, version: 2 },
    { reference: 'PO-2', quantity: 5, version: 1 },
  ]);
  const events = await kernel.log.read(kernel.dataSource.manager, 0, 10);
  expect(events.map(({ type }) => type)).toEqual([
    'BatchRegistered',
    'BatchQuantityChanged',
    'BatchRegistered',
  ]);
});
