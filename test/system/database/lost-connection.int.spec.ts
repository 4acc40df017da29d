import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { UnknownAllocation } from '../../../src/allocation/domain/errors.js';
import type { Product } from '../../../src/allocation/domain/product.js';
import type { ProductNeed } from '../../../src/allocation/domain/stock.js';
import { StockInPostgres } from '../../../src/allocation/persistence/stock-in-postgres.js';
import { Busy } from '../../../src/kernel/domain/errors.js';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import { managerOf } from '../../../src/kernel/postgres/typeorm-transactions.js';
import { freshDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { openKernel, type Kernel } from '../../support/kernel.js';
import { terminate, Wire, type Loss } from '../../support/wire.js';

const LINE = { sku: 'CHAIR', orderId: 'order-1' };

describe('a lost connection', () => {
  const { products } = new StockInPostgres();
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let wire: Wire;
  /** The instance that loses its connections. */
  let kernel: Kernel;
  /** Who looks at what has become of it. */
  let witness: Kernel;

  beforeAll(async () => {
    database = await freshDatabase();
    wire = await Wire.to(database.url);
    kernel = await openKernel(wire.url);
    witness = await openKernel(database.url);
  });

  afterAll(async () => {
    await kernel.close();
    await witness.close();
    await wire.close();
    await database.drop();
  });

  beforeEach(async () => {
    const need = { sku: LINE.sku, batchReference: 'PO-1' };
    await witness.unitOfWork.change(products, need, (product) =>
      product.supply.addBatch({ reference: 'PO-1', quantity: 10, eta: null }),
    );
    await forgetEvents();
  });

  afterEach(async () => {
    await witness.dataSource.query(
      'delete from allocation.line; delete from allocation.batch; delete from allocation.product',
    );
    await forgetEvents();
  });

  async function forgetEvents() {
    await witness.dataSource.query('delete from event_log.event');
  }

  const happenElsewhere = (count: number) =>
    witness.dataSource.query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       select gen_random_uuid(), 'Happened', 1, 'LAMP', 'test', '{}' from generate_series(1, $1::int)`,
      [count],
    );
  const allocate = ({ unitOfWork }: Kernel) =>
    unitOfWork.change(products, LINE, (product) => product.allocate({ ...LINE, quantity: 4 }));
  const deallocate = ({ unitOfWork }: Kernel) =>
    unitOfWork.change(products, LINE, (product) => product.deallocate(LINE.orderId));

  /** The product's version, the units that are claimed, and what the log tells of it. */
  async function standing() {
    const [product] = await witness.dataSource.query<{ version: number; allocated: number; lines: number }[]>(
      `select version, (select allocated from allocation.batch) as allocated,
              (select count(*) from allocation.line) as lines
         from allocation.product`,
    );
    const events = await witness.log.read(witness.dataSource.manager, 0, 100);
    return { ...product, told: events.map(({ type }) => type) };
  }

  const losses: Loss[] = ['before', 'after', 'terminated'];

  it.each(losses)('neither loses nor doubles an allocation, lost %s any statement', async (loss) => {
    for (let n = 1; ; n++) {
      wire.lose(loss, (_, count) => count === n);
      await expect(allocate(kernel)).resolves.toMatchObject({
        allocation: { batchReference: 'PO-1', quantity: 4 },
      });
      expect(await standing()).toEqual({ version: 2, allocated: 4, lines: 1, told: ['LineAllocated'] });
      if (wire.disarm()) return;
      await deallocate(witness);
      await witness.dataSource.query('update allocation.product set version = 1');
      await forgetEvents();
    }
  });

  it.each(losses)('answers a deallocation as it went, lost %s any statement', async (loss) => {
    for (let n = 1; ; n++) {
      await allocate(witness);
      await forgetEvents();
      wire.lose(loss, (_, count) => count === n);
      // Not "unknown allocation", which is what running it again after the commit would find.
      await expect(deallocate(kernel)).resolves.toBeUndefined();
      expect(await standing()).toEqual({ version: 3, allocated: 0, lines: 0, told: ['LineDeallocated'] });
      if (wire.disarm()) return;
      await witness.dataSource.query('update allocation.product set version = 1');
    }
  });

  it('gives each call of a group its own outcome when their commit is lost', async () => {
    await allocate(witness);
    wire.lose('after', isCommit);
    const [first, second] = await Promise.allSettled([deallocate(kernel), deallocate(kernel)]);
    expect(first).toEqual({ status: 'fulfilled', value: undefined });
    expect(second).toMatchObject({ reason: expect.any(UnknownAllocation) as unknown });
    expect(await standing()).toMatchObject({ version: 3, told: ['LineAllocated', 'LineDeallocated'] });
  });

  it('answers a deallocation as it went, however many events have followed', async () => {
    await allocate(witness);
    const ask = kernel.dataSource.query.bind(kernel.dataSource);
    const asking = jest.spyOn(kernel.dataSource, 'query');
    asking.mockImplementation(async (statement, values) => {
      if (isAskingForStatus(statement)) await happenElsewhere(200_000);
      return ask(statement, values);
    });
    wire.lose('after', isCommit);
    await expect(deallocate(kernel)).resolves.toBeUndefined();
    asking.mockRestore();
  });

  it('waits for a server that has not noticed yet, and runs the work again', async () => {
    wire.lose('stranded', isCommit);
    const allocated = allocate(kernel);
    await eventually('asks for the transaction', () => wire.statements.some(isAskingForStatus));
    wire.letGo();
    await expect(allocated).resolves.toMatchObject({ allocation: { batchReference: 'PO-1' } });
    expect(await standing()).toMatchObject({ version: 2, lines: 1, told: ['LineAllocated'] });
  });

  it.each([
    ['has given its id to another transaction', 'select pg_current_xact_id()::text as id'],
    ['has yet to give its id again', `select (pg_current_xact_id()::text::bigint + 1000000)::text as id`],
  ])('is not taken for committed if a server that has crashed %s', async (_what, sql) => {
    const [other] = await witness.dataSource.query<{ id: string }[]>(sql);
    const ask = kernel.dataSource.query.bind(kernel.dataSource);
    const asked = jest
      .spyOn(kernel.dataSource, 'query')
      .mockImplementation((sql, values, runner) =>
        ask(sql, isAskingForStatus(sql) ? [other!.id] : values, runner),
      );
    wire.lose('before', isCommit);
    await expect(allocate(kernel)).resolves.toMatchObject({ allocation: { batchReference: 'PO-1' } });
    asked.mockRestore();
    expect(await standing()).toMatchObject({ version: 2, lines: 1, told: ['LineAllocated'] });
  });

  it('waits for a commit that is still under way, and takes it for what it becomes', async () => {
    await allocate(witness);
    const commit = await holdUpCommits();
    wire.lose('abandoned', isCommit);
    const deallocated = deallocate(kernel);
    await eventually('asks for the transaction', () => wire.statements.some(isAskingForStatus));
    await commit.letGo();
    await expect(deallocated).resolves.toBeUndefined();
    expect(await standing()).toMatchObject({ version: 3, told: ['LineAllocated', 'LineDeallocated'] });
    wire.letGo();
  });

  /** Makes every commit that changes a line wait for us, in a trigger that the server runs at the commit. */
  async function holdUpCommits(): Promise<{ letGo(): Promise<void> }> {
    await witness.dataSource.query(`
      create function hold_up() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock_shared(1); return null; end $$;
      create constraint trigger hold_up after insert or update or delete on allocation.line
        deferrable initially deferred for each row execute function hold_up()`);
    const holder = witness.dataSource.createQueryRunner();
    await holder.query('select pg_advisory_lock(1)');
    return {
      async letGo() {
        await holder.query('select pg_advisory_unlock(1)');
        await holder.release();
        await witness.dataSource.query('drop function hold_up cascade');
      },
    };
  }

  it('ends as busy if the server does not notice in time, and nothing has changed', async () => {
    wire.lose('stranded', isCommit);
    await expect(allocate(kernel)).rejects.toThrow(Busy);
    wire.letGo();
    await expect(allocate(kernel)).resolves.toMatchObject({ allocation: { batchReference: 'PO-1' } });
    expect(await standing()).toMatchObject({ version: 2, lines: 1, told: ['LineAllocated'] });
  });

  it('writes nothing outside a transaction if none could be begun, and begins again', async () => {
    const ask = Reflect.get(pg.Client.prototype, 'query') as (...call: unknown[]) => unknown;
    const query = jest.spyOn(pg.Client.prototype, 'query') as unknown as jest.Mock;
    query.mockImplementation(function (this: unknown, ...call: unknown[]) {
      if (call[0] !== 'BEGIN') return ask.apply(this, call);
      query.mockImplementation(ask);
      // The connection lives on: it has given up this one statement.
      return Promise.reject(Object.assign(new Error('canceling statement'), { code: '57014' }));
    });
    try {
      await expect(allocate(kernel)).resolves.toMatchObject({ allocation: { batchReference: 'PO-1' } });
    } finally {
      query.mockRestore();
    }
    expect(await standing()).toEqual({ version: 2, allocated: 4, lines: 1, told: ['LineAllocated'] });
  });

  /** A store whose transactions lose their session between two statements, where the client sees it at once. */
  class Interrupted extends StockInPostgres {
    #isDue = true;

    constructor(private readonly when: 'before load' | 'before save' | 'after save') {
      super();
    }

    override async load(tx: Transaction, needs: readonly ProductNeed[]) {
      if (this.when === 'before load') await this.#interrupt(tx);
      return super.load(tx, needs);
    }

    override async save(tx: Transaction, changed: readonly Product[]) {
      if (this.when === 'before save') await this.#interrupt(tx);
      await super.save(tx, changed);
      if (this.when === 'after save') await this.#interrupt(tx);
    }

    async #interrupt(tx: Transaction) {
      if (!this.#isDue) return;
      this.#isDue = false;
      const manager = managerOf(tx);
      const [session] = await manager.query<{ pid: number }[]>('select pg_backend_pid() as pid');
      await terminate(database.url, session!.pid);
      await eventually('the client sees it', () => manager.queryRunner!.isReleased);
    }
  }

  it.each(['before load', 'before save', 'after save'] as const)(
    'runs the work again when the session ends while it is idle %s',
    async (when) => {
      const store = new Interrupted(when);
      await expect(
        kernel.unitOfWork.change(store.products, LINE, (product) =>
          product.allocate({ ...LINE, quantity: 4 }),
        ),
      ).resolves.toMatchObject({ allocation: { batchReference: 'PO-1' } });
      expect(await standing()).toMatchObject({ version: 2, lines: 1, told: ['LineAllocated'] });
    },
  );
});

function isCommit(statement: string): boolean {
  return statement === 'COMMIT';
}

function isAskingForStatus(statement: string): boolean {
  return statement.includes('pg_xact_status');
}
