import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { orderCommands } from '../../../src/allocation/cli/order.js';
import { orders } from '../../../src/allocation/cli/orders.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import type { Application } from '../../support/application.js';
import { runImport, startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

let application: Application;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-order-'));
  application = await startCliApplication();
  const batches = await write(
    'batches.csv',
    'reference,sku,quantity,eta\nPO-1,LAMP,10,\nPO-2,LAMP,10,2031-01-31\nPO-3,A=B,100,\nPO-4,RUG,100,\n',
  );
  await runImport(application, 'batches', batches);
});
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true });
});

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

function cli(...args: string[]) {
  const program = bareCommand('earmark', 'Allocate');
  const ask = askingIn(application);
  program.addCommand(orderCommands(ask)).addCommand(orders(ask));
  return runToEnd(program, ...args);
}

const json = async (...args: string[]) =>
  JSON.parse((await cli(...args, '--json')).stdout) as Record<string, unknown>;
const cancel = (orderId: string) => cli('order', 'cancel', orderId);
const failure = async (...args: string[]) => {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr;
};

describe('The command `order put`', () => {
  it('claims all lines of an order, and prints the order', async () => {
    const { code, stdout, stderr } = await cli('order', 'put', 'o-1', 'RUG=2', 'A=B=3', '--channel', 'web');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      'Order o-1 is allocated (priority 5, channel web).\n' +
        'sku  quantity  state      batches   expected\n' +
        'A=B         3  allocated  PO-3 (3)  on hand\n' +
        'RUG         2  allocated  PO-4 (2)  on hand\n',
    );
    expect(await json('order', 'put', 'o-1', 'RUG=2', '--priority', '9', '--ship-complete')).toMatchObject({
      orderId: 'o-1',
      state: 'allocated',
      priority: 9,
      channel: null,
      shipComplete: true,
      lines: [{ sku: 'RUG', quantity: 2 }],
    });
    expect((await cli('orders', 'o-1')).stdout).toBe(
      'sku  quantity  batch  arrival\nRUG         2  PO-4   on hand\n',
    );
  });

  it('splits a line over batches, and needs it by a date, if it is asked to', async () => {
    const short = await failure('order', 'put', 'o-split', 'LAMP=15', '--split', '--needed-by', '2030-12-31');
    expect(short).toBe('Order o-split cannot have 15 of LAMP (10 available, all 15 on 2031-01-31).\n');

    const { stdout } = await cli('order', 'put', 'o-split', 'LAMP=15', '--split');
    expect(stdout).toContain('LAMP        15  allocated  PO-1 (10), PO-2 (5)  2031-01-31\n');
    await cancel('o-split');
  });

  it('changes nothing if a line does not fit, and leaves out that line alone with --when-short skip', async () => {
    expect(await failure('order', 'put', 'o-short', 'RUG=1', 'LAMP=11')).toBe(
      'Order o-short cannot have 11 of LAMP (10 available).\n',
    );
    expect(await failure('order', 'show', 'o-short')).toBe('Order o-short has no allocations.\n');

    const { code, stdout } = await cli('order', 'put', 'o-short', 'RUG=1', 'LAMP=11', '--when-short', 'skip');
    expect(code).toBe(0);
    expect(stdout).toMatch(/RUG +1 {2}allocated/);
    expect(stdout).toMatch(/LAMP +11 {2}refused/);
    expect(stdout).toContain('\n11 of LAMP did not fit: 10 available.\n');
    expect(await json('order', 'show', 'o-short')).toMatchObject({ lines: [{ sku: 'RUG' }] });
  });

  it('comes from the first of its --locations that has all of it, and is held to no others', async () => {
    const lots = [
      ['L-1', 'DESK', 5, 'ams'],
      ['L-2', 'DESK', 10, 'rtm'],
      ['L-3', 'SOFA', 2, 'rtm'],
      ['L-4', 'DESK', 50, 'lyon'],
    ] as const;
    for (const [reference, sku, quantity, location] of lots)
      await application.execute(new RegisterBatch(reference, { sku, quantity, eta: null, location }));

    const { stdout } = await cli('order', 'put', 'o-at', 'DESK=4', 'SOFA=2', '--locations', 'ams', 'rtm');
    expect(stdout).toContain('Order o-at is allocated (priority 5, from ams, rtm).\n');
    expect(stdout).toMatch(/DESK +4 {2}allocated {2}L-2 \(4\)/);
    expect(stdout).toMatch(/SOFA +2 {2}allocated {2}L-3 \(2\)/);

    const short = await failure('order', 'put', 'o-far', 'DESK=7', '--locations', 'ams', 'rtm');
    expect(short).toBe('Order o-far cannot have 7 of DESK (6 available).\n');
    const file = await write('at.json', '{"lines": [{"sku": "DESK", "quantity": 5}], "locations": ["rtm"]}');
    expect(await json('order', 'put', 'o-near', '--file', file, '--locations', 'ams')).toMatchObject({
      locations: ['ams'],
      lines: [{ claims: [{ batchReference: 'L-1', location: 'ams', quantity: 5 }] }],
    });
  });

  it.each([
    [['ams', 'ams'], 'The locations must be a list of 1 to 20 different codes.'],
    [['ams', ' rtm'], 'It must be a text of 1 to 128 characters'],
    [
      Array.from({ length: 21 }, (_, i) => `place-${i}`),
      'The locations must be a list of 1 to 20 different codes',
    ],
  ])('rejects the --locations %j', async (places, message) => {
    expect(await failure('order', 'put', 'o-at', 'RUG=1', '--locations', ...places)).toContain(message);
  });

  it('reads the order from a file, and options of the command line come first', async () => {
    const order = { lines: [{ sku: 'RUG', quantity: 1, split: true, neededBy: '2031-12-31' }], priority: 1 };
    const file = await write('order.json', JSON.stringify({ ...order, channel: 'shop' }));

    const put = await json('order', 'put', 'o-file', '--file', file, '--priority', '7', '--hold', '60');

    expect(put).toMatchObject({ state: 'held', priority: 7, channel: 'shop' });
    expect(put.lines).toMatchObject([{ sku: 'RUG', split: true, neededBy: '2031-12-31' }]);
  });

  it.each([
    ['{"lines": [', /^.*bad\.json is not JSON: .+\n$/],
    ['[]', /bad\.json: it must be a JSON object\.\n$/],
    ['{}', /bad\.json: lines is required\.\n$/],
    ['{"lines": []}', /^The order has no line: give lines as SKU=QUANTITY, or by --file\.\n$/],
    ['{"lines": {}}', /bad\.json: lines must be a list\.\n$/],
    [
      '{"lines": [{"sku": "RUG", "quantity": 0}]}',
      /line 1 of the order: quantity must be a whole number from 1/,
    ],
    ['{"lines": [{"sku": "RUG"}]}', /line 1 of the order: quantity is required\.\n$/],
    ['{"lines": [{"sku": "RUG", "quantity": 1, "colour": 1}]}', /colour is not a known field\.\n$/],
    ['{"lines": [{"sku": "RUG", "quantity": 1}], "__proto__": 1}', /__proto__ is not a known field\.\n$/],
    [
      '{"lines": [{"sku": "RUG", "quantity": 1}], "expiresInSeconds": 9}',
      /expiresInSeconds must be a whole number/,
    ],
    [
      '{"lines": [{"sku": "RUG", "quantity": 1}], "whenShort": "wait"}',
      /whenShort must be one of: refuse, skip, backorder\.\n$/,
    ],
  ])('says what is wrong with a file: %s', async (text, message) => {
    expect(await failure('order', 'put', 'o-bad', '--file', await write('bad.json', text))).toMatch(message);
  });

  it('refuses a file that does not exist, a file beside lines, and too many lines', async () => {
    expect(await failure('order', 'put', 'o-bad', '--file', '/no/such.json')).toBe(
      '/no/such.json does not exist.\n',
    );
    expect(await failure('order', 'put', 'o-bad', 'RUG=1', '--file', '/no/such.json')).toBe(
      'Give the lines either as SKU=QUANTITY or by --file, not both.\n',
    );
    expect(await failure('order', 'put', 'o-bad')).toMatch(/^The order has no line/);
    const lines = Array.from({ length: 101 }, (_, i) => `S-${i}=1`);
    expect(await failure('order', 'put', 'o-bad', ...lines)).toBe(
      'An order has at most 100 lines, not 101.\n',
    );
  });

  it.each([
    [['RUG'], 'A line is written SKU=QUANTITY'],
    [['=1'], 'A line is written SKU=QUANTITY'],
    [['RUG=0'], 'The quantity must be a whole number from 1 to 2147483647.'],
    [['RUG=1.5'], 'The quantity must be a whole number'],
    [[' RUG=1'], 'The SKU must be a text of 1 to 128 characters'],
    [['RUG=1', '--hold', '9'], 'It must be a whole number from 10 to 14400.'],
    [['RUG=1', '--needed-by', 'soon'], 'It must be an existing date'],
    [['RUG=1', '--when-short', 'wait'], 'Allowed choices are refuse, skip, backorder.'],
    [['RUG=1', '--priority', '10'], 'It must be a whole number from 0 to 9.'],
    [['--split', '--file', 'order.json'], "option '--split' cannot be used with option '--file <file>'"],
  ])('rejects wrong arguments: %j', async (args, message) => {
    expect(await failure('order', 'put', 'o-bad', ...args)).toContain(message);
  });

  it('names a SKU that is ordered twice, and one that nobody knows', async () => {
    expect(await failure('order', 'put', 'o-bad', 'RUG=1', 'RUG=2')).toBe(
      'Order o-bad has more than one line of RUG.\n',
    );
    expect(await failure('order', 'put', 'o-bad', 'GHOST=1')).toBe(
      'No batch of GHOST was ever registered.\n',
    );
  });
});

describe('A hold on the command line', () => {
  it('is shown with its end, is confirmed once or again, and cannot become a hold again', async () => {
    const held = await cli('order', 'put', 'o-held', 'RUG=5', '--hold', '900');
    expect(held.stdout).toMatch(
      /^Order o-held is held until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \(priority 5\)\.\n/,
    );

    for (let time = 0; time < 2; time++)
      expect((await cli('order', 'confirm', 'o-held')).stdout).toMatch(/^Order o-held is allocated /);
    expect(await failure('order', 'put', 'o-held', 'RUG=5', '--hold', '900')).toBe(
      'Order o-held is firm: it cannot become a hold.\n',
    );
    expect(await failure('order', 'confirm', 'o-none')).toBe('Order o-none has no allocations.\n');
  });

  it('is cancelled for good, unless it is opened again', async () => {
    await cli('order', 'put', 'o-gone', 'RUG=5', '--hold', '900');
    expect(await json('order', 'cancel', 'o-gone')).toEqual({ orderId: 'o-gone', state: 'cancelled' });
    expect((await cancel('o-gone')).stdout).toBe('Order o-gone is cancelled.\n');
    expect((await cli('order', 'show', 'o-gone')).stdout).toBe('Order o-gone is cancelled (priority 5).\n');
    expect(await failure('order', 'put', 'o-gone', 'RUG=5')).toMatch(/^Order o-gone is cancelled\./);
    expect((await cli('order', 'put', 'o-gone', 'RUG=5', '--reopen')).code).toBe(0);
    expect(await failure('order', 'cancel', 'o-none')).toBe('Order o-none has no allocations.\n');
  });
});

describe('The command `order history`', () => {
  it('shows what happened to the lines of an order, who did it, and which batches were passed over', async () => {
    await cli('order', 'put', 'o-told', 'LAMP=12', '--split');
    await cancel('o-told');
    const { stdout } = await cli('order', 'history', 'o-told');
    expect(stdout).toMatch(/^position +at +by +event +sku +reason +passed over\n/);
    expect(stdout).toMatch(/ LineAllocated +LAMP *\n/);
    expect(stdout).toMatch(/ LineDeallocated +LAMP +cancelled *\n/);

    const { items, next } = await json('order', 'history', 'o-told', '--limit', '1');
    expect(items).toMatchObject([{ type: 'LineAllocated', sku: 'LAMP', passedOver: [] }]);
    expect(await json('order', 'history', 'o-told', '--after', String(next))).toMatchObject({
      items: [{ type: 'LineDeallocated', reason: 'cancelled' }],
      next: null,
    });
    expect(await failure('order', 'history', 'o-none')).toBe('Order o-none has no allocations.\n');
  });
});

describe('The command `order list`', () => {
  it('lists the newest orders first, by state, SKU and channel, page by page', async () => {
    await cli('order', 'put', 'l-1', 'A=B=1', '--channel', 'list');
    await cli('order', 'put', 'l-2', 'A=B=1', 'RUG=1', '--channel', 'list', '--hold', '900');
    await cli('order', 'put', 'l-3', 'RUG=1', '--channel', 'list');

    const ids = async (...args: string[]) => {
      const { items, next } = await json('order', 'list', '--channel', 'list', ...args);
      return [(items as { orderId: string }[]).map(({ orderId }) => orderId), next];
    };
    expect(await ids()).toEqual([['l-3', 'l-2', 'l-1'], null]);
    expect(await ids('--sku', 'A=B')).toEqual([['l-2', 'l-1'], null]);
    expect(await ids('--state', 'held')).toEqual([['l-2'], null]);
    expect(await ids('--limit', '2')).toEqual([['l-3', 'l-2'], 'l-2']);
    expect(await ids('--limit', '2', '--after', 'l-2')).toEqual([['l-1'], null]);

    const page = await cli('order', 'list', '--channel', 'list', '--state', 'allocated', '--limit', '1');
    expect(page.stdout).toBe(
      'order  state      expires  channel  priority  lines\nl-3    allocated           list            5      1\n',
    );
    expect(page.stderr).toBe('There are more: add --after "l-3"\n');
    expect((await cli('order', 'list', '--channel', 'none')).stdout).toBe('There are no such orders.\n');
    expect((await cli('order', 'list', '--state', 'gone')).stderr).toContain(
      'Allowed choices are held, expired',
    );
  });
});
