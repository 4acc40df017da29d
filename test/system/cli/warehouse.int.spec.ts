import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { adjust } from '../../../src/allocation/cli/adjust.js';
import { receive } from '../../../src/allocation/cli/receive.js';
import { returnGoods } from '../../../src/allocation/cli/return.js';
import { ship } from '../../../src/allocation/cli/ship.js';
import { shipments } from '../../../src/allocation/cli/shipments.js';
import { CancelShipment } from '../../../src/allocation/commands/cancel-shipment.js';
import { PutOrder } from '../../../src/allocation/commands/put-order.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import { wantedOrder } from '../../allocation/order.fixture.js';
import type { Application } from '../../support/application.js';
import { startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

let application: Application;
beforeAll(async () => {
  application = await startCliApplication();
  await application.execute(new RegisterBatch('PO-1', { sku: 'RUG', quantity: 20, eta: null }));
  await application.execute(new RegisterBatch('PO-2', { sku: 'A=B', quantity: 9, eta: null }));
});
afterAll(() => application.close());

function cli(...args: string[]) {
  const ask = askingIn(application);
  const program = bareCommand('earmark', 'Allocate');
  for (const each of [receive, ship, shipments, returnGoods, adjust]) program.addCommand(each(ask));
  return runToEnd(program, ...args);
}

/** What a command prints that succeeds; instants are left out. */
async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.replace(INSTANT, 'NOW');
}

const json = async (...args: string[]) => JSON.parse(await printed(...args, '--json')) as object;
const failure = async (...args: string[]) => {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  return stderr;
};

const put = (orderId: string, lines: Record<string, number>) =>
  application.execute(new PutOrder(orderId, wantedOrder(lines)));

describe('The command `receive`', () => {
  beforeAll(async () => {
    await application.execute(new RegisterBatch('PO-3', { sku: 'LAMP', quantity: 10, eta: '2031-01-31' }));
  });

  it('notes a part of a batch, and says the same again without receiving it again', async () => {
    expect(await printed('receive', 'r-1', 'PO-3', '4')).toBe(
      'Received 4 of batch PO-3 (LAMP): 4 on hand, 6 still to come.\n',
    );
    expect(await printed('receive', 'r-1', 'PO-3', '4')).toBe(
      'Received before: 4 of batch PO-3 (LAMP): 4 on hand, 6 still to come.\n',
    );
    expect(await failure('receive', 'r-1', 'PO-3', '5')).toBe(
      'The receipt r-1 was recorded before with other content: give the new receipt another id.\n',
    );
  });

  it('takes rejected units, and closes the batch with --final', async () => {
    expect(await json('receive', 'r-2', 'PO-3', '3', '--rejected', '1', '--final')).toEqual({
      ...{ receiptId: 'r-2', batchReference: 'PO-3', sku: 'LAMP', quantity: 3, rejected: 1, final: true },
      ...{ overReceived: 0, onHand: 7, outstanding: 0 },
    });
    expect(await printed('receive', 'r-3', 'PO-3', '2')).toBe(
      'Received 2 of batch PO-3 (LAMP): 9 on hand, 0 still to come. 2 more arrived than were outstanding.\n',
    );
  });

  it('rejects a batch that nobody has registered, and units that are no number', async () => {
    expect(await failure('receive', 'r-4', 'PO-9', '1')).toBe('Batch PO-9 was never registered.\n');
    expect(await failure('receive', 'r-4', 'PO-3', '1.5')).toMatch(/must be a whole number/);
    expect(await failure('receive', 'r-4', 'PO-3', '1', '--rejected', '-1')).toMatch(
      /must be a whole number/,
    );
  });
});

describe('The command `ship`', () => {
  it('ships lines of an order, also of a SKU with an equals sign, and then all that is left', async () => {
    await put('o-1', { RUG: 4, 'A=B': 2 });
    expect(await printed('ship', 's-1', 'o-1', 'RUG=1', 'A=B=2')).toBe(
      'Shipment s-1 of order o-1 is shipped (NOW).\n' +
        'sku  quantity  batches\n' +
        'RUG         1  PO-1 (1)\n' +
        'A=B         2  PO-2 (2)\n',
    );
    expect(await json('ship', 's-2', 'o-1')).toMatchObject({
      ...{ shipmentId: 's-2', state: 'shipped', lines: [{ sku: 'RUG', quantity: 3 }] },
    });
    expect(await failure('ship', 's-3', 'o-1')).toBe('Order o-1 has nothing left to ship.\n');
  });

  it('rejects more than the order has, and lines that are not SKU=QUANTITY', async () => {
    await put('o-2', { RUG: 2 });
    expect(await failure('ship', 's-4', 'o-2', 'RUG=3')).toBe(
      'Order o-2 has 2 of RUG left to ship, not 3.\n',
    );
    expect(await failure('ship', 's-4', 'o-2', 'RUG')).toContain('A line is written SKU=QUANTITY');
    expect(await failure('ship', 's-4', 'o-2', 'RUG=0')).toContain('The quantity must be a whole number');
    expect(await failure('ship', 's-4', 'o-9')).toBe('Order o-9 has no allocations.\n');
  });
});

describe('The command `shipments`', () => {
  it('lists the shipments of an order page by page, cancelled ones, too', async () => {
    await put('o-3', { RUG: 3 });
    await cli('ship', 'l-2', 'o-3', 'RUG=1');
    await cli('ship', 'l-1', 'o-3', 'RUG=2');
    await application.execute(new CancelShipment('l-1'));
    expect(await printed('shipments', 'o-3')).toBe(
      'shipment  state      shipped               lines\n' +
        'l-2       shipped    NOW  RUG (1)\n' +
        'l-1       cancelled  NOW  RUG (2)\n',
    );
    expect(await json('shipments', 'o-3', '--after', 'l-2')).toMatchObject({
      ...{ items: [{ shipmentId: 'l-1', state: 'cancelled' }], next: null },
    });
    const first = await cli('shipments', 'o-3', '--limit', '1', '--json');
    expect(JSON.parse(first.stdout)).toMatchObject({ items: [{ shipmentId: 'l-2' }], next: 'l-2' });
  });

  it('says that nothing has left for an order', async () => {
    expect(await printed('shipments', 'o-9')).toBe('Nothing was shipped for order o-9.\n');
  });
});

describe('The command `return`', () => {
  beforeAll(async () => {
    await put('o-4', { RUG: 4 });
    await cli('ship', 's-5', 'o-4');
  });

  it('takes units back, to be promised again or as scrap', async () => {
    expect(await printed('return', 'b-1', 'o-4', 'RUG=1')).toBe(
      'Return b-1 of order o-4:\n' + //
        'sku  quantity  disposition  batches\n' +
        'RUG         1  restock      PO-1 (1)\n',
    );
    expect(await json('return', 'b-2', 'o-4', 'RUG=2', '--scrap', '--reason', 'torn')).toMatchObject({
      ...{ returnId: 'b-2', orderId: 'o-4' },
      lines: [{ sku: 'RUG', quantity: 2, disposition: 'scrap', reason: 'torn' }],
    });
  });

  it('rejects more than has left, and a return of nothing', async () => {
    expect(await failure('return', 'b-3', 'o-4', 'RUG=2')).toBe('Order o-4 can return 1 of RUG, not 2.\n');
    expect(await failure('return', 'b-3', 'o-4')).toContain("missing required argument 'lines'");
  });
});

describe('The command `adjust`', () => {
  it('notes units that are missing or were found', async () => {
    await application.execute(new RegisterBatch('PO-4', { sku: 'VASE', quantity: 5, eta: null }));
    expect(await printed('adjust', 'a-1', 'PO-4', '-2', '--reason', 'broken')).toBe(
      'Batch PO-4 (VASE) is adjusted by -2: 3 on hand.\n',
    );
    expect(await printed('adjust', 'a-1', 'PO-4', '-2', '--reason', 'broken')).toBe(
      'Batch PO-4 (VASE) was adjusted before by -2: 3 on hand.\n',
    );
    expect(await json('adjust', 'a-2', 'PO-4', '4', '--reason', 'found')).toEqual({
      ...{ adjustmentId: 'a-2', batchReference: 'PO-4', sku: 'VASE', by: 4, reason: 'found', onHand: 7 },
    });
  });

  it('rejects more missing units than are on hand, a difference of 0, and no reason', async () => {
    expect(await failure('adjust', 'a-3', 'PO-4', '-8', '--reason', 'lost')).toBe(
      'Batch PO-4 has 7 on hand, so 8 cannot be missing.\n',
    );
    expect(await failure('adjust', 'a-3', 'PO-4', '0', '--reason', 'lost')).toMatch(/and not 0/);
    expect(await failure('adjust', 'a-3', 'PO-4', '-1')).toContain("option '--reason <reason>'");
  });
});
