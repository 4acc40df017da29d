import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { openKernel, type Kernel } from '../support/kernel.js';
import { folderForPostgres, OwnPostgres } from '../support/own-postgres.js';
import { CountingStock } from './counting-stock.js';

const SKU = 'TABLE';

let folder: Awaited<ReturnType<typeof folderForPostgres>>;
let running: { readonly postgres: OwnPostgres; readonly kernel: Kernel } | null = null;
beforeEach(async () => void (folder = await folderForPostgres()));
afterEach(async () => {
  await stop();
  await folder.remove();
});

async function start(dataDirectory: string): Promise<Kernel> {
  const postgres = await OwnPostgres.start(dataDirectory);
  running = { postgres, kernel: await openKernel(postgres.url) };
  return running.kernel;
}

async function stop(): Promise<void> {
  await running?.kernel.close();
  await running?.postgres.stop();
  running = null;
}

const allocate = ({ unitOfWork }: Kernel, stock: CountingStock, orderId: string, quantity: number) =>
  unitOfWork.change(stock.products, { sku: SKU, orderId, units: quantity, onlyAllocates: true }, (product) =>
    product.allocate({ orderId, sku: SKU, quantity }),
  );

/** Version and transaction of the product's row, and what its batch and its lines say. */
async function stored({ dataSource }: Kernel) {
  const [row] = await dataSource.query<
    { version: number; writer: string; allocated: number; claimed: number }[]
  >(
    `select version, product.xmin::text as writer, batch.allocated,
            (select sum(quantity)::int from allocation.line where line.sku = product.sku) as claimed
       from allocation.product join allocation.batch using (sku)`,
  );
  return row!;
}

/** So that the next transaction has this id. */
async function takeIdsBefore(id: string, { dataSource }: Kernel): Promise<void> {
  for (;;) {
    const [row] = await dataSource.query<{ next: string }[]>(
      `select pg_snapshot_xmax(pg_current_snapshot())::text as next`,
    );
    expect(Number(row!.next)).toBeLessThanOrEqual(Number(id));
    if (row!.next === id) return;
    await dataSource.query('select pg_current_xact_id()');
  }
}

it('A remembered product is loaded again on a server that has lost its transaction, and given its id and version to another', async () => {
  const [primary, standby] = [join(folder.path, 'primary'), join(folder.path, 'standby')];
  const [stock, other] = [new CountingStock(), new CountingStock()];
  const need = { sku: SKU, batchReference: 'b' };
  const before = await start(primary);
  await before.unitOfWork.change(stock.products, need, ({ supply }) =>
    supply.addBatch({ reference: 'b', quantity: 100, eta: null }),
  );
  await stop();
  // What happens on the primary from here on never reaches it.
  await cp(primary, standby, { recursive: true });
  const onPrimary = await start(primary);
  await allocate(onPrimary, stock, 'lost', 10);
  const lost = await stored(onPrimary);
  await stop();
  const onStandby = await start(standby);
  await takeIdsBefore(lost.writer, onStandby);
  await allocate(onStandby, other, 'other', 3);
  const { version, writer } = await stored(onStandby);
  expect({ version, writer }).toEqual({ version: lost.version, writer: lost.writer });

  await allocate(onStandby, stock, 'next', 1);

  expect(await stored(onStandby)).toMatchObject({ allocated: 4, claimed: 4 });
  expect(stock.refuted).toBe(1);
}, 120_000);
