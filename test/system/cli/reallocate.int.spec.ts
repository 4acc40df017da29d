import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reallocate } from '../../../src/allocation/cli/reallocate.js';
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
  await application.execute(new RegisterBatch('PO-1', { sku: 'RUG', quantity: 5, eta: null }));
  await put('outlet-1', 'outlet');
  await put('vip-1', 'vip', 9);
});
afterAll(() => application.close());

const put = (orderId: string, channel: string, priority = 5) =>
  application.execute(
    new PutOrder(orderId, wantedOrder({ RUG: 5 }, { channel, priority, whenShort: 'backorder' })),
  );

function cli(...args: string[]) {
  const program = bareCommand('earmark', 'Allocate').addCommand(reallocate(askingIn(application)));
  return runToEnd(program, 'reallocate', ...args);
}

const SEGMENTS = [
  '--segment',
  'lose:channel=outlet,state=allocated',
  '--segment',
  'win:priority=8-9,order=vip-1',
];

describe('The command `reallocate`', () => {
  it('shows what it would do, and does it', async () => {
    const table = [
      'order     segment  outcome      before     after',
      'outlet-1  lose     backordered  5 of PO-1',
      'vip-1     win      gained                  5 of PO-1',
    ];
    const simulated = await cli('RUG', ...SEGMENTS, '--simulate');
    expect(simulated.stdout.split('\n')).toEqual([
      'segment  lines  would change  short',
      'lose         1             1      1',
      'win          1             1      0',
      '',
      ...table,
      '',
    ]);
    const done = await cli('RUG', ...SEGMENTS);
    expect(done.stdout.split('\n')).toEqual(expect.arrayContaining(table));
    const again = await cli('RUG', '--segment', 'win:channel=vip', '--segment', 'lose:channel=');
    expect(again.stdout).toContain('No line has other units than before.');
  });

  it('prints the difference as JSON', async () => {
    const { stdout } = await cli('RUG', '--segment', 'redistribute', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ sku: 'RUG', simulated: false, lines: [] });
  });

  it.each([
    ['steal', 'win, gain'],
    ['win:color=red', 'channel='],
    ['win:priority=12', '7-9'],
    ['win:state=held', 'allocated, backordered'],
    ['win:order=', 'The order id'],
  ])('rejects the segment %j', async (segment, message) => {
    const { code, stderr } = await cli('RUG', '--segment', segment);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('needs a segment, and a product that is known', async () => {
    expect((await cli('RUG')).stderr).toContain('--segment');
    expect((await cli('SOFA', '--segment', 'win')).stderr).toBe('No batch of SOFA was ever registered.\n');
  });
});
