import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed } from '../../src/allocation/domain/stock.js';
import { ConcurrentChange } from '../../src/kernel/domain/store.js';
import { openKernel, wiredKernel, type Kernel } from '../support/kernel.js';
import { CountingStock } from './counting-stock.js';

const SKU = 'TABLE';
const UNITS = 1_000;

describe('A product that an instance remembers', () => {
  let kernel: Awaited<ReturnType<typeof wiredKernel>>;
  let stock: CountingStock;

  beforeEach(async () => {
    kernel = await wiredKernel();
    stock = new CountingStock();
    await kernel.unitOfWork.change(stock.products, { sku: SKU, batchReference: 'b' }, ({ supply }) =>
      supply.addBatch({ reference: 'b', quantity: UNITS, eta: null }),
    );
  });
  afterEach(() => kernel.close());

  const needOf = (orderId: string, units = 1): ProductNeed => ({
    ...{ sku: SKU, orderId, units, onlyAllocates: true },
  });
  const allocate = ({ unitOfWork }: Pick<Kernel, 'unitOfWork'>, orderId: string, its = stock, quantity = 1) =>
    unitOfWork.change(its.products, needOf(orderId, quantity), (product) =>
      product.allocate({ orderId, sku: SKU, quantity }),
    );
  /** In this transaction, without a load. */
  async function allocateIn(tx: EntityManager, orderId: string, quantity: number): Promise<void> {
    const recalled = stock.recall([needOf(orderId, quantity)])!;
    const product = (await recalled.load(tx, [])).get(SKU) as Product;
    await recalled.written;
    product.allocate({ orderId, sku: SKU, quantity });
    await recalled.save(tx, [product]);
  }
  async function stored() {
    const [row] = await kernel.dataSource.query<object[]>(
      `select version, (select allocated from allocation.batch) as allocated,
              (select sum(quantity)::int from allocation.line) as claimed
         from allocation.product`,
    );
    return row;
  }

  it('is not loaded again for a new line', async () => {
    const statements: string[] = [];
    await kernel.dataSource.transaction(async (manager) => {
      const query = (sql: string, parameters?: unknown[]) => {
        statements.push(sql);
        return manager.query<unknown>(sql, parameters);
      };
      const tx = Object.create(manager, { query: { value: query } }) as EntityManager;
      await allocateIn(tx, 'o1', 1);
    });
    expect(statements).not.toEqual([]);
    expect(statements.filter((sql) => /from allocation\.(batch|line)\b/.test(sql))).toEqual([]);
    expect(await stored()).toMatchObject({ version: 2, allocated: 1, claimed: 1 });
  });

  it('is loaded if the line is not new, or was refused although it stands', async () => {
    await allocate(kernel, 'o1');
    await allocate(kernel, 'large', stock, UNITS - 10);
    expect(stock).toMatchObject({ confirmed: 2, refuted: 0 });
    // In one group: a new line, one that stands, and one that stands and would not fit again.
    const answers = await Promise.all([
      allocate(kernel, 'o2'),
      allocate(kernel, 'o1'),
      allocate(kernel, 'large', stock, UNITS - 10),
    ]);
    expect(answers).toMatchObject([{ isNew: true }, { isNew: false }, { isNew: false }]);
    expect(stock).toMatchObject({ confirmed: 2, refuted: 1 });
    expect(await stored()).toMatchObject({ allocated: UNITS - 8, claimed: UNITS - 8 });
  });

  it('is loaded if the order of the line was put as a whole meanwhile', async () => {
    await allocate(kernel, 'o1');
    await kernel.dataSource.query(
      `insert into allocation.customer_order (order_id, version, created_at, priority, ship_complete, may_wait, lines)
       values ('o2', 1, now(), 5, false, false, '[]')`,
    );
    await expect(allocate(kernel, 'o2')).rejects.toMatchObject({ name: 'PartOfOrder' });
    expect(stock.refuted).toBe(1);
  });

  it('is told apart from another change that has led to the same version', async () => {
    await kernel.dataSource
      .transaction(async (manager) => {
        await allocateIn(manager, 'o1', 1);
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    // The next one to be allocated relies on what was rolled back; another instance was faster.
    const other = await openKernel(kernel.wire.url);
    await allocate(other, 'o2', new CountingStock(), UNITS - 5);
    await other.close();
    const late = kernel.dataSource.transaction((manager) => allocateIn(manager, 'o3', 10));
    await expect(late).rejects.toBeInstanceOf(ConcurrentChange);
    await expect(allocate(kernel, 'o3', stock, 10)).resolves.toMatchObject({ name: 'OutOfStock' });
  });

  it('is as it should be when one of two full groups that build on each other is lost', async () => {
    let orders = 0;
    /** Enough for two full groups. */
    const burst = () => Promise.all(Array.from({ length: 600 }, () => allocate(kernel, `order-${orders++}`)));
    await kernel.unitOfWork.change(stock.products, { sku: SKU, batchReference: 'b' }, ({ supply }) =>
      supply.changeQuantity('b', 50_000),
    );
    for (const at of [4, 9, 13, 18, 22, 27]) {
      await burst();
      kernel.wire.lose('terminated', (_, count) => count === at);
      const answers = await burst();
      kernel.wire.disarm();
      expect(answers.filter((answer) => 'allocation' in answer)).toHaveLength(600);
      expect(await stored()).toMatchObject({ allocated: orders, claimed: orders });
    }
    expect(stock.confirmed).toBeGreaterThan(6);
    expect(stock.refuted).toBeGreaterThan(0);
  }, 60_000);
});
