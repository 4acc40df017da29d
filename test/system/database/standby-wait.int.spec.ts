import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { join } from 'node:path';
import { StockInPostgres } from '../../../src/allocation/persistence/stock-in-postgres.js';
import { Busy } from '../../../src/kernel/domain/errors.js';
import { PreparedStatementClient } from '../../../src/kernel/postgres/prepared-statement-client.js';
import { eventually } from '../../../testing/eventually.js';
import { openKernel, type Kernel } from '../../support/kernel.js';
import { folderForPostgres, OwnPostgres } from '../../support/own-postgres.js';

const { products } = new StockInPostgres();
let folder: Awaited<ReturnType<typeof folderForPostgres>>;
let postgres: OwnPostgres;
let kernel: Kernel;
/** Who looks on. */
let operator: Kernel;
beforeAll(async () => {
  folder = await folderForPostgres();
  postgres = await OwnPostgres.start(join(folder.path, 'data'));
  operator = await openKernel(postgres.url);
  // Without the setting of its own, the service would not get the warning of PostgreSQL.
  const database = new URL(postgres.url).pathname.slice(1);
  await operator.dataSource.query(`alter database ${database} set client_min_messages = 'error'`);
  kernel = await openKernel(postgres.url);
  await kernel.unitOfWork.change(products, { sku: 'LAMP', batchReference: 'b' }, ({ supply }) =>
    supply.addBatch({ reference: 'b', quantity: 9, eta: null }),
  );
}, 120_000);
afterEach(() => waitForStandby(''));
afterAll(async () => {
  await kernel.close();
  await operator.close();
  await postgres.stop();
  await folder.remove();
});

/** @param name of the standby; empty: commits wait for none */
async function waitForStandby(name: string): Promise<void> {
  await operator.dataSource.query(`alter system set synchronous_standby_names = '${name}'`);
  await operator.dataSource.query('select pg_reload_conf()');
  await eventually('it is set', async () => {
    const [row] = await operator.dataSource.query<{ name: string }[]>(
      `select current_setting('synchronous_standby_names') as name`,
    );
    return row!.name === name;
  });
}

/** The session whose commit waits for a standby, and its statement. */
const waiting = () =>
  eventually('a commit waits for the standby', async () => {
    const [row] = await operator.dataSource.query<{ pid: number; query: string }[]>(
      `select pid, query from pg_stat_activity where wait_event = 'SyncRep'`,
    );
    return row;
  });

let orders = 0;
/** @returns also how it was answered by now; null: it was not */
function allocate({ unitOfWork } = kernel) {
  const line = { sku: 'LAMP', orderId: `order-${++orders}` };
  let answer: unknown = null;
  const answered = unitOfWork
    .change(products, line, (product) => product.allocate({ ...line, quantity: 1 }))
    .catch((error: unknown) => error)
    .then((value) => (answer = value));
  return { answered, answer: () => answer };
}

it.each([
  ['cancelled, which PostgreSQL reports as a success', 'pg_cancel_backend', true],
  ['ended with its session', 'pg_terminate_backend', false],
])(
  'A change whose wait for a standby was %s is confirmed once a standby has it',
  async (_, end, isSessionKept) => {
    await waitForStandby('nobody');
    const { answered, answer } = allocate();
    const first = await waiting();
    expect(first.query).toMatch(/commit/i);

    await operator.dataSource.query(`select ${end}(${first.pid})`);
    await eventually('another commit waits', async () => (await waiting()).query.includes('emit_message'));
    expect(answer()).toBeNull();
    // One that is there is enough: if all took another one, all could wait for each other.
    expect((await waiting()).pid === first.pid).toBe(isSessionKept);

    await waitForStandby('');
    expect(await answered).toMatchObject({ isNew: true });
  },
  60_000,
);

it('A change whose wait for a standby was cancelled is answered as busy if no standby comes', async () => {
  await waitForStandby('nobody');
  const { answered } = allocate();

  await operator.dataSource.query(`select pg_cancel_backend(${(await waiting()).pid})`);

  expect(await answered).toBeInstanceOf(Busy);
}, 60_000);

it('A change does not wait for a standby because an earlier commit on its session has not', async () => {
  const single = await openKernel(postgres.url, {}, 'single');
  await waitForStandby('nobody');
  const other = single.dataSource.query('create table if not exists allocation.other ()');
  await operator.dataSource.query(`select pg_cancel_backend(${(await waiting()).pid})`);
  await other;
  await waitForStandby('');
  const statements = jest.spyOn(PreparedStatementClient.prototype, 'query');

  expect(await allocate(single).answered).toMatchObject({ isNew: true });

  const texts = statements.mock.calls.map(([text]) => String(text));
  statements.mockRestore();
  await single.close();
  expect(texts.filter((text) => /^commit/i.test(text))).toHaveLength(1);
  expect(texts.filter((text) => text.includes('emit_message'))).toEqual([]);
}, 60_000);
