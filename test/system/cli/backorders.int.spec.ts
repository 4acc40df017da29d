import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { backorders } from '../../../src/allocation/cli/backorders.js';
import { PutOrder } from '../../../src/allocation/commands/put-order.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import { wantedOrder } from '../../allocation/order.fixture.js';
import type { Application } from '../../support/application.js';
import { startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

let application: Application;
beforeAll(async () => {
  application = await startCliApplication();
  await application.execute(new RegisterBatch('PO-1', { sku: 'RUG', quantity: 2, eta: null }));
  await application.execute(new RegisterBatch('PO-2', { sku: 'VASE', quantity: 2, eta: null }));
  const wait = (orderId: string, quantity: number, rest: object) =>
    application.execute(
      new PutOrder(orderId, wantedOrder({ RUG: quantity }, { whenShort: 'backorder', ...rest })),
    );
  await wait('o-1', 5, { channel: 'web' });
  await wait('o-2', 4, { priority: 9 });
});
afterAll(() => application.close());

function cli(...args: string[]) {
  const program = bareCommand('earmark', 'Allocate').addCommand(backorders(askingIn(application)));
  return runToEnd(program, 'backorders', ...args);
}

describe('The command `backorders`', () => {
  it('lists the lines that wait for a product, in the order of its queue', async () => {
    const { code, stdout } = await cli('RUG');
    expect(code).toBe(0);
    const rows = stdout.trimEnd().split('\n');
    expect(rows.map((row) => row.trim().split(/\s{2,}/))).toEqual([
      ['order', 'quantity', 'ahead', 'priority', 'channel', 'split', 'needed by', 'held until'],
      ['o-2', '4', '0', '9'],
      ['o-1', '5', '4', '5', 'web'],
    ]);
  });

  it('prints the JSON of REST, and goes on behind a page', async () => {
    const first = JSON.parse((await cli('RUG', '--json', '--limit', '1')).stdout) as { next: number };
    expect(first).toEqual({
      items: [
        {
          ...{ orderId: 'o-2', quantity: 4, priority: 9, channel: null, split: false, neededBy: null },
          ...{ expiresAt: null, unitsAhead: 0 },
        },
      ],
      next: expect.any(Number),
    });
    const rest = await cli('RUG', '--json', '--after', String(first.next));
    expect(JSON.parse(rest.stdout)).toMatchObject({ items: [{ orderId: 'o-1' }], next: null });
  });

  it('says that no line waits, and that a product is unknown', async () => {
    expect((await cli('VASE')).stdout).toBe('No line waits for VASE.\n');
    expect(await cli('SOFA')).toMatchObject({
      code: 1,
      stderr: 'No batch of SOFA was ever registered.\n',
    });
  });
});
