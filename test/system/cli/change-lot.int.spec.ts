import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeLot } from '../../../src/batches/cli/change-lot.js';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import type { Application } from '../../support/application.js';
import { startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

let application: Application;
beforeAll(async () => {
  application = await startCliApplication();
  await application.execute(new RegisterBatch('PO-1', { sku: 'MILK', quantity: 20, eta: null }));
  await application.execute(new RegisterBatch('PO-2', { sku: 'RYE', quantity: 20, eta: null }));
});
afterAll(() => application.close());

const cli = (...args: string[]) =>
  runToEnd(
    bareCommand('earmark', 'Allocate').addCommand(changeLot(askingIn(application))),
    'change-lot',
    ...args,
  );

describe('The command `change-lot`', () => {
  it('blocks a batch, and frees it with a last day of use', async () => {
    expect((await cli('PO-1', '--block')).stdout).toBe(
      'Batch PO-1 (MILK) is blocked, and its units do not expire.\n',
    );
    expect((await cli('PO-1', '--unblock', '--best-before', '2030-06-30')).stdout).toBe(
      'Batch PO-1 (MILK) can be promised, and its last day of use is 2030-06-30.\n',
    );
    expect(JSON.parse((await cli('PO-1', '--best-before', '', '--json')).stdout)).toEqual({
      ...{ reference: 'PO-1', sku: 'MILK', location: 'main', bestBefore: null, blocked: false },
    });
  });

  it('moves a batch of which nothing is claimed, and says who stands in the way otherwise', async () => {
    expect((await cli('PO-2', '--location', 'attic')).stdout).toBe(
      'Batch PO-2 (RYE) is in attic, can be promised, and its units do not expire.\n',
    );
    await application.execute(new AllocateLine({ orderId: 'o-1', sku: 'RYE', quantity: 3 }));
    const { code, stderr } = await cli('PO-2', '--location', 'main', '--block');
    expect(code).toBe(1);
    expect(stderr).toContain('Batch PO-2 cannot be moved while 3 of its units are claimed.');
    expect(JSON.parse((await cli('PO-2', '--json')).stdout)).toMatchObject({
      location: 'attic',
      blocked: false,
    });
  });

  it('rejects both at once, a day that is none, and an unknown batch', async () => {
    expect((await cli('PO-1', '--block', '--unblock')).code).toBe(1);
    expect((await cli('PO-1', '--best-before', 'soon')).stderr).toContain('YYYY-MM-DD');
    expect((await cli('PO-9', '--block')).stderr).toContain('PO-9');
  });
});
