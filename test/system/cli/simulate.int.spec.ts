import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulate } from '../../../src/allocation/cli/simulate.js';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { FindOrder } from '../../../src/allocation/queries/find-order.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import type { Application } from '../../support/application.js';
import { startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

let application: Application;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-simulate-'));
  application = await startCliApplication();
  await application.execute(new RegisterBatch('PO-1', { sku: 'RUG', quantity: 5, eta: '2099-01-31' }));
  await application.execute(new AllocateLine({ orderId: 'order-1', sku: 'RUG', quantity: 5 }));
});
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true });
});

async function cli(content: unknown, ...options: string[]) {
  const file = join(folder, 'steps.json');
  await writeFile(file, JSON.stringify(content));
  const program = bareCommand('earmark', 'Allocate').addCommand(simulate(askingIn(application)));
  return runToEnd(program, 'simulate', file, ...options);
}

const lines = [{ sku: 'RUG', quantity: 2 }];
const steps = [
  { reschedule: { reference: 'PO-1', eta: '2099-02-28' } },
  { order: { orderId: 'order-2', lines } },
  { register: { reference: 'PO-2', sku: 'RUG', quantity: 4 } },
  { order: { orderId: 'order-2', lines, whenShort: 'backorder', channel: 'web' } },
];

describe('The command `simulate`', () => {
  it('shows what each step would answer, and the lines that would change', async () => {
    const { code, stdout } = await cli({ steps });
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.trim())).toEqual([
      'step  call        outcome  events or refusal',
      '1  reschedule  done     BatchRescheduled, PromisesChanged',
      expect.stringMatching(/^2 {2}order {7}refused {2}.*RUG.*\.$/),
      '3  register    new      BatchRegistered',
      '4  order       new      LineAllocated',
      '',
      'order    sku  now                     then',
      'order-1  RUG  5 of PO-1 (2099-01-31)  5 of PO-1 (2099-02-28)',
      'order-2  RUG                          2 of PO-2',
      '',
    ]);
  });

  it('reads a list alone, prints JSON and changes nothing', async () => {
    const { stdout } = await cli(steps, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      steps: [
        { outcome: 'done', body: { reference: 'PO-1', eta: '2099-02-28' } },
        { outcome: 'refused', refusal: { code: 'out-of-stock' } },
        { outcome: 'new', events: [{ type: 'BatchRegistered' }] },
        { outcome: 'new', body: { orderId: 'order-2' } },
      ],
      changedLines: [{ orderId: 'order-1' }, { orderId: 'order-2' }],
      more: false,
    });
    await expect(application.ask(new FindOrder('order-2'))).rejects.toThrow();
  });

  it('takes every call', async () => {
    const { code, stdout } = await cli([
      { allocate: { orderId: 'o-3', sku: 'RUG', quantity: 1, whenShort: 'backorder' } },
      { policy: { sku: 'RUG', protections: [{ channel: null, quantity: 1 }] } },
      { receive: { receiptId: 'r-1', batchReference: 'PO-1', quantity: 5 } },
      { ship: { shipmentId: 's-1', orderId: 'order-1', lines: [{ sku: 'RUG', quantity: 1 }] } },
      { changeQuantity: { reference: 'PO-1', quantity: 4 } },
    ]);
    expect([code, stdout]).toEqual([0, expect.not.stringContaining('refused')]);
  });

  it.each([
    [{}, 'steps is required'],
    [[], '1 to 100 steps, not 0'],
    [[{}], 'step 1: it must have exactly one field'],
    [[{ ...steps[0], ...steps[1] }], 'step 1: it must have exactly one field'],
    [[steps[0], { teleport: {} }], 'step 2: teleport is not a known field'],
    [[{ reschedule: { reference: 'PO-1' } }], 'step 1, reschedule: eta is required'],
    [[{ order: { lines } }], 'step 1, order: orderId is required'],
    [[{ ship: { shipmentId: 's', orderId: 'o', lines: [{ sku: 'RUG' }] } }], 'lines 1: quantity is required'],
    [[{ policy: { sku: 'RUG', backorders: 'never' } }], 'backorders must be one of'],
  ])('rejects %j', async (content, message) => {
    const { code, stderr } = await cli(content);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});
