import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { subscriptionCommands } from '../../../src/platform/cli/operator/subscriptions.js';
import { errorLine } from '../../../src/platform/cli/print.js';
import { askingNobody } from '../../support/asking.js';
import { CommandLine } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { captureOutput, runCommand } from '../../support/run-command.js';
import { startService, type RunningService } from '../../support/service.js';

// Starts a process, while other tests use the same machine.

interface Sums {
  readonly sku: string;
  readonly quantity: number;
  readonly allocated: number;
  readonly available: number;
}

describe('Rebuilding a read model while the service runs', () => {
  let database: TestDatabase;
  let service: RunningService;
  let orders = 0;

  beforeAll(async () => {
    database = await freshDatabase();
    service = await startService(database.url);
    for (const sku of ['CHAIR', 'LAMP', 'RUG']) {
      await post('/v1/batches', { reference: `first ${sku}`, sku, quantity: 1_000_000 });
      await post('/v1/batches', { reference: `later ${sku}`, sku, quantity: 70, eta: '2027-01-31' });
    }
    await Promise.all(Array.from({ length: 60 }, order));
    await service.request('DELETE', '/v1/orders/o-7/allocations');
    await service.request('PATCH', '/v1/batches/first%20LAMP', { quantity: 10 });
    await service.request('PATCH', '/v1/batches/first%20RUG', { quantity: 2_000_000 });
  });
  afterAll(async () => {
    await service.close();
    await database.drop();
  });

  const post = (path: string, body: object) => service.request('POST', path, body);
  const order = () => {
    const n = ++orders;
    const sku = ['CHAIR', 'LAMP', 'RUG'][n % 3]!;
    return post('/v1/allocations', { orderId: `o-${n}`, sku, quantity: 1 + (n % 4) });
  };
  const cli = (...args: string[]) => new CommandLine({ DATABASE_URL: database.url }, ...args).ended;
  const listed = async () =>
    (await service.request<{ items: Sums[] }>('GET', '/v1/products')).body.items.map(
      ({ sku, quantity, allocated, available }) => ({ sku, quantity, allocated, available }),
    );
  /** The same from the calls that read the tables of the write side. */
  const standing = () =>
    Promise.all(
      ['CHAIR', 'LAMP', 'RUG'].map(async (name) => {
        const { body } = await service.request<Sums>('GET', `/v1/products/${name}`);
        const { sku, quantity, allocated, available } = body;
        return { sku, quantity, allocated, available };
      }),
    );
  const isEqual = async () => JSON.stringify(await listed()) === JSON.stringify(await standing());

  it('makes it equal to the write side', async () => {
    await eventually('the list of products follows', isEqual, 60_000);
  });

  it('repairs wrong rows while orders come in', async () => {
    const query = (sql: string) => service.get(DataSource).query<unknown>(sql);
    await query("update allocation.product_total set allocated = 9999 where sku = 'CHAIR'");
    await query("delete from allocation.product_total where sku = 'RUG'");
    expect(await isEqual()).toBe(false);

    let isDone = false;
    const rebuilt = cli('subscriptions', 'rebuild', 'allocation.product-totals', '--json').finally(() => {
      isDone = true;
    });
    // The lamps run out.
    while (!isDone) expect([201, 409]).toContain((await order()).status);

    const { code, stdout, stderr } = await rebuilt;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ subscription: 'allocation.product-totals' });
    await eventually('the list of products follows', isEqual, 60_000);
  });

  it.each([
    ['notifications.alerts', /is not a read model: a rebuild would repeat its effects/],
    ['allocation.stock', /is not a read model/],
    ['nobody', /There is no subscription nobody\./],
  ])('is rejected for %s', async (name, why) => {
    const commands = subscriptionCommands(service.ask, askingNobody('database alone'));
    let error: unknown;
    const { stdout } = await captureOutput(() =>
      runCommand(commands, 'rebuild', name).catch((reason: unknown) => (error = reason)),
    );
    expect(errorLine(error)).toMatch(why);
    expect(stdout).toBe('');
  });
});
