import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { deallocate } from '../../../src/allocation/cli/deallocate.js';
import { orders } from '../../../src/allocation/cli/orders.js';
import { products } from '../../../src/allocation/cli/products.js';
import { batches } from '../../../src/batches/cli/batches.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import { eventCommands } from '../../../src/platform/cli/operator/events.js';
import { CommandLine } from '../../support/command-line.js';
import { runCommand, runToEnd } from '../../support/run-command.js';
import { eventually } from '../../../testing/eventually.js';
import { Shop } from '../../support/shop.js';

// Some commands are processes of their own.

let shop: Shop;
let following: CommandLine | undefined;
beforeAll(async () => {
  shop = await Shop.open();
  await shop.buy('PO-1', 'LAMP', 10);
  await shop.buy('PO-2', 'LAMP', 20, '2031-01-31');
  await shop.buy('PO-3', 'TABLE', 5);
  await shop.order('o-1', 'LAMP', 4);
  await shop.order('o-1', 'TABLE', 5);
  await eventually('the list of products is up to date', async () => {
    const { items } = (await shop.products()).body;
    return items.length === 2 && items.every(({ allocated }) => allocated > 0);
  });
  await eventually('the figures of batches are up to date', async () => {
    const { items } = (await shop.batches()).body;
    return items.reduce((sum, { claimed }) => sum + claimed, 0) === 9;
  });
});
afterEach(() => void following?.process.kill('SIGKILL'));
afterAll(() => shop.close());

const start = (...args: string[]) => new CommandLine({ DATABASE_URL: shop.databaseUrl }, ...args);
function cli(...args: string[]) {
  const commands = [deallocate, orders, products, batches, eventCommands];
  const program = bareCommand('earmark', 'Allocate');
  for (const each of commands) program.addCommand(each(shop.service.ask));
  return runToEnd(program, ...args);
}
const json = async (...args: string[]) => JSON.parse((await cli(...args, '--json')).stdout) as unknown;

describe('Commands that read', () => {
  it('print tables for people', async () => {
    expect((await cli('products')).stdout).toBe(
      'sku    quantity  allocated  available\n' +
        'LAMP         30          4         26\n' +
        'TABLE         5          5          0\n',
    );
    expect((await cli('products', 'LAMP')).stdout).toBe(
      'sku   quantity  allocated  available\n' +
        'LAMP        30          4         26\n\n' +
        'batch  arrival     quantity  allocated  available\n' +
        'PO-1   on hand           10          4          6\n' +
        'PO-2   2031-01-31        20          0         20\n',
    );
    expect((await cli('batches', '--sku', 'TABLE')).stdout).toBe(
      'reference  sku    quantity  arrival\nPO-3       TABLE         5  on hand\n',
    );
    expect((await cli('orders', 'o-1')).stdout).toBe(
      'sku    quantity  batch  arrival\nLAMP          4  PO-1   on hand\nTABLE         5  PO-3   on hand\n',
    );
  });

  it('print the JSON of REST with --json', async () => {
    expect(await json('products')).toEqual((await shop.products()).body);
    expect(await json('products', 'LAMP')).toEqual((await shop.product('LAMP')).body);
    expect(await json('batches')).toMatchObject((await shop.batches()).body);
    expect(await json('batches', 'PO-1')).toMatchObject((await shop.batch('PO-1')).body);
    expect(await json('orders', 'o-1')).toEqual((await shop.allocationsOf('o-1')).body);
  });

  it('say where the next page starts', async () => {
    const { stdout, stderr } = await cli('batches', '--limit', '2');
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stderr).toBe('There are more: add --after "PO-2"\n');
    expect(await json('batches', '--limit', '2', '--after', 'PO-2')).toMatchObject({
      items: [{ reference: 'PO-3' }],
      next: null,
    });
  });

  it.each([
    [['products', 'SOFA'], 'No batch of SOFA was ever registered.\n'],
    [['batches', 'PO-9'], 'There is no batch PO-9.\n'],
    [['orders', 'o-9'], 'Order o-9 has no allocations.\n'],
    [['deallocate', 'o-9'], 'Order o-9 has no allocations.\n'],
    [['deallocate', 'o-1', 'SOFA'], 'Order o-1 has no allocation of SOFA.\n'],
    [['batches', '--limit', '0'], expect.stringContaining('must be a whole number from 1 to 500')],
    [['events', '--after', '-1'], expect.stringContaining('must be a whole number')],
    [['events', '--types', 'Unheard'], expect.stringContaining('must be event types, separated by commas')],
  ])('fail in one line: %j', async (args, stderr) => {
    expect(await cli(...args)).toEqual({ code: 1, stdout: '', stderr });
  });
});

it('`deallocate` cancels one line, or every line of an order', async () => {
  await shop.order('o-2', 'LAMP', 1);
  await shop.buy('PO-CHAIR', 'CHAIR', 9);
  await shop.order('o-2', 'CHAIR', 2);
  await shop.buy('PO-DESK', 'DESK', 9);
  await shop.order('o-2', 'DESK', 3);
  expect(await cli('deallocate', 'o-2', 'CHAIR')).toEqual({
    code: 0,
    stdout: 'Deallocated CHAIR of order o-2.\n',
    stderr: '',
  });
  expect((await shop.allocationsOf('o-2')).body.items.map(({ sku }) => sku)).toEqual(['DESK', 'LAMP']);
  expect(await json('deallocate', 'o-2')).toEqual({ orderId: 'o-2', sku: null });
  expect((await shop.allocationsOf('o-2')).status).toBe(404);
});

describe('`events`', () => {
  it('prints the log as one JSON object per line', async () => {
    const { code, stdout } = await cli('events', '--after', '0');
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    expect(lines).toEqual((await shop.events({ limit: 500 })).body.items);
  });

  it('prints only the events that are asked for', async () => {
    const all = (await shop.events({ limit: 500 })).body.items;
    const printed = async (...options: string[]) =>
      (await cli('events', ...options)).stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as object);

    const [type, sku] = ['BatchRegistered', 'LAMP'];
    const wanted = all.filter((event) => event.type === type && event.key === sku);
    expect(wanted.length).toBeGreaterThan(0);
    expect(await printed('--types', `${type},OutOfStock`, '--sku', sku)).toEqual(
      all.filter((event) => [type, 'OutOfStock'].includes(event.type) && event.key === sku),
    );
    const line = all.find(({ data }) => 'orderId' in data)!.data as { orderId: string };
    expect(await printed('--order', line.orderId)).toEqual(
      all.filter(({ data }) => 'orderId' in data && data.orderId === line.orderId),
    );
    expect(await printed('--sku', 'UNHEARD-OF')).toEqual([]);
  });

  it('prints one line for each event on a terminal, with its actor', async () => {
    const isTerminal = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      const { stdout } = await runCommand(eventCommands(shop.service.ask), '--after', '0');
      const columns = stdout.split('\n')[0]!.split(/ {2,}/);
      expect(columns.toSpliced(2, 1)).toEqual([
        '',
        '1',
        'BatchRegistered',
        'LAMP',
        'loopback',
        expect.stringContaining('"batchReference":"PO-1"'),
      ]);
    } finally {
      process.stdout.isTTY = isTerminal;
    }
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'with --follow prints each new event, and ends quietly on %s',
    async (signal) => {
      const before = (await shop.events({ limit: 500 })).body.items.at(-1)!.position;
      following = start('events', '--follow', '--after', String(before));
      let printed = '';
      following.process.stdout!.on('data', (chunk: Buffer) => (printed += chunk.toString()));
      await shop.buy(`PO-${signal}-1`, signal, 1);
      await eventually('the first event is printed', () => printed.includes(`PO-${signal}-1`), 60_000);
      await shop.buy(`PO-${signal}-2`, signal, 1);
      await eventually('the second event is printed', () => printed.includes(`PO-${signal}-2`), 60_000);
      following.process.kill(signal);
      const { stdout, stderr } = await following.ended;
      expect(stderr).toBe('');
      const positions = stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { position: number }).position);
      const { items } = (await shop.events({ after: before, limit: 500 })).body;
      expect(positions).toEqual(items.map(({ position }) => position).slice(0, positions.length));
    },
  );

  it('with --follow ends quietly when its reader closes the pipe', async () => {
    following = start('events', '--follow', '--after', '0');
    const { process, ended } = following;
    let hasEnded = false;
    void ended.finally(() => (hasEnded = true));
    await once(process.stdout!, 'data');
    process.stdout!.destroy();
    let n = 0;
    await eventually(
      'it has noticed',
      async () => {
        await shop.buy(`PO-GONE-${n++}`, 'GONE', 1);
        return hasEnded;
      },
      60_000,
    );
    expect(await ended).toMatchObject({ code: 0, stderr: '' });
  });
});

it('`--version` prints the version of the package', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(await start('--version').ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});
