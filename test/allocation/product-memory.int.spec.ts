import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EntityManager } from 'typeorm';
import type { Product } from '../../src/allocation/domain/product.js';
import type { ProductNeed } from '../../src/allocation/domain/stock.js';
import { PLAIN_TERMS } from '../../src/allocation/domain/order-line.js';
import { ConcurrentChange } from '../../src/kernel/domain/store.js';
import { isConnectionLoss } from '../../src/kernel/postgres/retry.js';
import { managerOf, TypeOrmTransactions } from '../../src/kernel/postgres/typeorm-transactions.js';
import { eventually } from '../../testing/eventually.js';
import { openKernel, wiredKernel, type Kernel } from '../support/kernel.js';
import { CountingStock } from './counting-stock.js';
import { wantedOrder, type Lines } from './order.fixture.js';

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
  /** With another product; the line waits if it does not fit. */
  const allocateOf = (sku: string, orderId: string, quantity: number) =>
    kernel.unitOfWork.change(stock.products, { sku, orderId, units: quantity }, (product) =>
      product.allocate({ orderId, sku, quantity, terms: { ...PLAIN_TERMS, mayWait: true } }),
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
      `select version, (select allocated from allocation.batch where reference = 'b') as allocated,
              (select sum(quantity)::int from allocation.line where sku = product.sku) as claimed
         from allocation.product where sku = '${SKU}'`,
    );
    return row;
  }

  const put = (orderId: string, lines: Lines) =>
    kernel.unitOfWork.change(
      stock.orders,
      { orderId, lines: wantedOrder(lines).lines, onlyPuts: true },
      (order) => order.put(wantedOrder(lines), 600),
    );
  const addBatch = (sku: string) =>
    kernel.unitOfWork.change(stock.products, { sku, batchReference: `b of ${sku}` }, ({ supply }) =>
      supply.addBatch({ reference: `b of ${sku}`, quantity: UNITS, eta: null }),
    );
  /** Those that claim or wait. */
  const linesOf = (orderId: string) =>
    kernel.dataSource.query<object[]>(
      `select sku, quantity from allocation.line where order_id = $1
        union all select sku, quantity from allocation.backorder where order_id = $1`,
      [orderId],
    );

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
    expect(statements.filter((sql) => /(from|join) allocation\.batch\b/.test(sql))).toEqual([]);
    expect(await stored()).toMatchObject({ version: 2, allocated: 1, claimed: 1 });
  });

  it('is forgotten if the transaction that left it so has not committed', async () => {
    await allocate(kernel, 'o1');
    const transactions = new TypeOrmTransactions(kernel.dataSource);
    await expect(
      transactions.run(async (tx) => {
        await allocateIn(managerOf(tx), 'lost', 1);
        expect(stock.recall([needOf('next')])).toBeDefined();
        throw new Error('lost');
      }),
    ).rejects.toThrow('lost');
    expect(stock.recall([needOf('next')])).toBeUndefined();
  });

  it('is forgotten as soon as the answer to the commit of its transaction is lost', async () => {
    await allocate(kernel, 'o1');
    const query = kernel.dataSource.query.bind(kernel.dataSource);
    const recalled: unknown[] = [];
    const asked = jest.spyOn(kernel.dataSource, 'query').mockImplementation((sql, ...rest) => {
      if (String(sql).includes('pg_xact_status')) recalled.push(stock.recall([needOf('next')]));
      return query(sql, ...rest);
    });
    kernel.wire.lose('after', (statement) => statement === 'COMMIT');

    await expect(allocate(kernel, 'o2')).resolves.toMatchObject({ isNew: true });

    asked.mockRestore();
    expect(kernel.wire.disarm()).toBe(false);
    expect(recalled).toEqual([undefined]);
  });

  it('is not relied on if the answer to the commit of its transaction is lost after it was recalled', async () => {
    let recalled!: NonNullable<ReturnType<CountingStock['recall']>>;
    kernel.wire.lose('after', (statement) => statement === 'COMMIT');
    const lost = new TypeOrmTransactions(kernel.dataSource).run(async (tx) => {
      await allocateIn(managerOf(tx), 'lost', 1);
      recalled = stock.recall([needOf('o1')])!;
    });
    expect(isConnectionLoss(await lost.catch((error: unknown) => error))).toBe(true);
    // It has committed, and its row is as it was left.
    expect(await stored()).toMatchObject({ version: 2, allocated: 1 });

    const late = kernel.dataSource.transaction(async (manager) => {
      const product = (await recalled.load(manager, [])).get(SKU) as Product;
      await recalled.written;
      product.allocate({ orderId: 'o1', sku: SKU, quantity: 1 });
      await recalled.save(manager, [product]);
    });

    await expect(late).rejects.toBeInstanceOf(ConcurrentChange);
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

  it('is not loaded again for new orders, alone or beside new lines', async () => {
    await addBatch('CHAIR');
    const answers = await Promise.all([
      put('o1', { TABLE: 2, CHAIR: 3 }),
      allocate(kernel, 'o2'),
      put('o3', { TABLE: 1 }),
      put('large', { TABLE: UNITS }),
    ]);
    expect(answers).toMatchObject([
      { isNew: true },
      { isNew: true },
      { isNew: true },
      { name: 'OrderOutOfStock' },
    ]);
    expect(stock).toMatchObject({ confirmed: 1, refuted: 0 });
    expect(await stored()).toMatchObject({ version: 2, allocated: 4, claimed: 4 });
  });

  it('leaves it to the clock of the database when an order was put', async () => {
    await put('o1', { TABLE: 2 });
    expect(stock.confirmed).toBe(1);
    await kernel.dataSource.query(
      "update allocation.customer_order set created_at = now() - interval '1 day'",
    );
    await put('o2', { TABLE: 2 });
    const rows = await kernel.dataSource.query<object[]>(
      `select order_id as "orderId", version, channel, lines,
              created_at > now() - interval '1 minute' and created_at <= clock_timestamp() as "isOfNow"
         from allocation.customer_order order by order_id`,
    );
    const line = { sku: SKU, quantity: 2, split: false, neededBy: null, promisedDate: null };
    const lines = [{ ...line, shipped: 0, returned: 0 }];
    expect(rows[1]).toEqual({ orderId: 'o2', version: 1, channel: null, lines, isOfNow: true });
  });

  it.each([
    ['has a record', () => put('o1', { TABLE: 1 })],
    ['has a loose line of another product', () => allocateOf('CHAIR', 'o1', 1)],
    ['waits for another product', () => allocateOf('CHAIR', 'o1', UNITS + 1)],
  ])('is loaded if the order %s, and then this line is released', async (_, order) => {
    await addBatch('CHAIR');
    await order();
    await allocate(kernel, 'o2');
    const { confirmed } = stock;
    await expect(put('o1', { TABLE: 2 })).resolves.toMatchObject({ isNew: false });
    expect(stock).toMatchObject({ confirmed, refuted: 1 });
    expect(await linesOf('o1')).toEqual([{ sku: SKU, quantity: 2 }]);
  });

  it('is loaded if the order gets a loose line of another product meanwhile', async () => {
    await addBatch('CHAIR');
    const other = await openKernel(kernel.wire.url);
    const isWaiting = () =>
      other.dataSource.query<object[]>(
        "select from pg_stat_activity where datname = current_database() and wait_event = 'advisory'",
      );
    let late!: ReturnType<typeof put>;
    await other.dataSource.transaction(async (tx) => {
      const its = new CountingStock();
      const chair = (await its.load(tx, [{ sku: 'CHAIR', orderId: 'o1', units: 1 }])).get('CHAIR') as Product;
      chair.allocate({ orderId: 'o1', sku: 'CHAIR', quantity: 1 });
      await its.save(tx, [chair]);
      late = put('o1', { TABLE: 2 });
      await eventually('the order waits for its line', async () => (await isWaiting()).length === 1);
    });
    await other.close();
    await expect(late).resolves.toMatchObject({ isNew: false });
    expect(stock.refuted).toBe(1);
    expect(await linesOf('o1')).toEqual([{ sku: SKU, quantity: 2 }]);
  });

  it('is loaded if the order is named twice in a group', async () => {
    const answers = await Promise.all([allocate(kernel, 'o1'), put('o1', { TABLE: 2 })]);
    expect(answers).toMatchObject([{ isNew: true }, { isNew: false }]);
    await Promise.all([put('o2', { TABLE: 2 }), put('o2', { TABLE: 3 })]);
    expect(stock).toMatchObject({ confirmed: 0, refuted: 0 });
    expect(await linesOf('o2')).toEqual([{ sku: SKU, quantity: 3 }]);
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
  });
});
