import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import { StockInPostgres } from '../../../src/allocation/persistence/stock-in-postgres.js';
import type { ProductNeed } from '../../../src/allocation/domain/stock.js';
import { Batch, registeredAs, type BatchState } from '../../../src/batches/domain/batch.js';
import type { BatchNeed } from '../../../src/batches/domain/batches.js';
import { BatchesInPostgres } from '../../../src/batches/persistence/batches-in-postgres.js';
import { Busy } from '../../../src/kernel/domain/errors.js';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import { managerOf } from '../../../src/kernel/postgres/typeorm-transactions.js';
import { freshDatabase } from '../../support/database.js';
import { openKernel, type Kernel } from '../../support/kernel.js';

/** Products as the version alone would guard them, without the lock that makes races rare. */
class ProductsWithoutLock extends StockInPostgres {
  constructor(private readonly loaded: () => Promise<void> = () => Promise.resolve()) {
    super();
  }

  override async load(tx: Transaction, needs: readonly ProductNeed[]) {
    const products = await super.load(withoutLocks(managerOf(tx)), needs);
    await this.loaded();
    return products;
  }
}

function withoutLocks(manager: EntityManager): EntityManager {
  const query = (sql: string, parameters?: unknown[]) =>
    manager.query<unknown>(sql.replace('for no key update', ''), parameters);
  return Object.create(manager, { query: { value: query } }) as EntityManager;
}

/** Batches that another transaction changes right after they were loaded. */
class BatchesInDispute extends BatchesInPostgres {
  constructor(private readonly interfere: (loaded: Batch) => Promise<void>) {
    super();
  }

  override async load(tx: Transaction, needs: readonly BatchNeed[]) {
    const manager = managerOf(tx);
    const [{ reference }] = needs as [BatchNeed];
    const [row] = await manager.query<BatchState[]>('select * from batches.batch where reference = $1', [
      reference,
    ]);
    const batch = new Batch(reference, registeredAs(reference, row!, row!.version));
    await this.interfere(batch);
    return new Map([[reference, batch]]);
  }
}

describe('Two concurrent changes', () => {
  const { products } = new StockInPostgres();
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let one: Kernel;
  let other: Kernel;

  beforeAll(async () => {
    database = await freshDatabase();
    [one, other] = await Promise.all([openKernel(database.url), openKernel(database.url)]);
  });

  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await database.drop();
  });

  async function stock(sku: string, quantity: number) {
    await one.unitOfWork.change(products, { sku, batchReference: sku }, (product) =>
      product.supply.addBatch({ reference: sku, quantity, eta: null }),
    );
  }

  const allocate = ({ unitOfWork }: Kernel, store: StockInPostgres, sku: string, orderId: string) =>
    unitOfWork.change(store.products, { sku, orderId }, (product) =>
      product.allocate({ sku, orderId, quantity: 1 }),
    );

  async function versionsTold(sku: string): Promise<number[]> {
    const events = await one.log.read(one.dataSource.manager, 0, 10_000);
    return events
      .filter(({ key }) => key === sku)
      .map(({ data }) => (data as { productVersion: number }).productVersion);
  }

  it('never commit on the same version: the loser runs again on the new state', async () => {
    await stock('CHAIR', 10);
    const bothHaveLoaded = meeting(2);
    const loads = { one: 0, other: 0 };
    const storeOf = (who: keyof typeof loads) =>
      new ProductsWithoutLock(async () => {
        if (++loads[who] === 1) await bothHaveLoaded();
      });
    await Promise.all([
      allocate(one, storeOf('one'), 'CHAIR', 'order-1'),
      allocate(other, storeOf('other'), 'CHAIR', 'order-2'),
    ]);
    expect(loads.one + loads.other).toBe(3);
    expect(await versionsTold('CHAIR')).toEqual([2, 3]);
  });

  it('run one of them again if both create the product', async () => {
    const bothHaveLoaded = meeting(2);
    const add = ({ unitOfWork }: Kernel, reference: string) => {
      let loads = 0;
      const store = new ProductsWithoutLock(async () => {
        if (++loads === 1) await bothHaveLoaded();
      });
      return unitOfWork.change(store.products, { sku: 'STOOL', batchReference: reference }, (product) =>
        product.supply.addBatch({ reference, quantity: 1, eta: null }),
      );
    };
    await Promise.all([add(one, 'PO-1'), add(other, 'PO-2')]);
    const rows = await one.dataSource.query<unknown[]>(
      `select version, count(*) as batches from allocation.product join allocation.batch using (sku)
        where sku = 'STOOL' group by version`,
    );
    expect(rows).toEqual([{ version: 2, batches: 2 }]);
  });

  it('share out the stock exactly by the version alone, without locks', async () => {
    await stock('TABLE', 30);
    const store = new ProductsWithoutLock();
    const waves = Array.from({ length: 10 }, (_, wave) => wave);
    const results: PromiseSettledResult<unknown>[] = [];
    for (const wave of waves) {
      const lines = [one, other].flatMap((kernel, who) =>
        ['a', 'b'].map((part) => allocate(kernel, store, 'TABLE', `${wave}-${who}-${part}`)),
      );
      results.push(...(await Promise.allSettled(lines)));
    }
    expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
    const [row] = await one.dataSource.query<unknown[]>(
      `select version, allocated, (select count(*) from allocation.line where sku = 'TABLE') as lines
         from allocation.product join allocation.batch using (sku) where sku = 'TABLE'`,
    );
    const told = [...new Set(await versionsTold('TABLE'))];
    expect(row).toEqual({ version: told.at(-1), allocated: 30, lines: 30 });
    expect(told).toEqual(told.map((_, i) => i + 2));
  });

  it('keep a change between load and save, and the work sees it', async () => {
    const reference = 'PO-outside';
    await one.unitOfWork.change(new BatchesInPostgres(), { reference }, (batch) =>
      batch.register({ sku: 'CHAIR', quantity: 10, eta: null }),
    );
    const seen: number[] = [];
    const disputed = new BatchesInDispute(async ({ version }) => {
      if (version === 1) await changeFromOutside(reference);
    });
    await one.unitOfWork.change(disputed, { reference }, (batch) => {
      seen.push(batch.state.quantity);
      batch.change({ quantity: batch.state.quantity + 5 });
    });
    expect(seen).toEqual([10, 110]);
    const rows = await one.dataSource.query<unknown[]>(
      'select quantity, version from batches.batch where reference = $1',
      [reference],
    );
    expect(rows).toEqual([{ quantity: 115, version: 3 }]);
  });

  it('end in Busy if the other one is always faster, and change nothing', async () => {
    const reference = 'PO-disputed';
    await one.unitOfWork.change(new BatchesInPostgres(), { reference }, (batch) =>
      batch.register({ sku: 'CHAIR', quantity: 10, eta: null }),
    );
    const disputed = new BatchesInDispute(() => changeFromOutside(reference));
    const change = one.unitOfWork.change(disputed, { reference }, (batch) => batch.change({ quantity: 1 }));
    await expect(change).rejects.toThrow(Busy);
    const told = await one.log.read(one.dataSource.manager, 0, 10_000);
    expect(told.filter(({ type }) => type === 'BatchQuantityChanged')).toHaveLength(1);
  });

  async function changeFromOutside(reference: string) {
    await other.dataSource.query(
      'update batches.batch set quantity = quantity + 100, version = version + 1 where reference = $1',
      [reference],
    );
  }
});

/** Where so many wait for each other. */
function meeting(size: number): () => Promise<void> {
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (open = resolve));
  let there = 0;
  return () => {
    if (++there === size) open();
    return all;
  };
}
