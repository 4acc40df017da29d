import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AllocateLine } from '../../../src/allocation/commands/allocate-line.js';
import { promises } from '../../../src/allocation/cli/promises.js';
import { timeline } from '../../../src/allocation/cli/timeline.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import type { Application } from '../../support/application.js';
import { startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

let application: Application;
beforeAll(async () => {
  application = await startCliApplication();
  await application.execute(new RegisterBatch('PO-1', { sku: 'LAMP', quantity: 10, eta: null }));
  await application.execute(new RegisterBatch('PO-2', { sku: 'LAMP', quantity: 10, eta: '2097-01-31' }));
  await application.execute(new AllocateLine({ orderId: 'o-1', sku: 'LAMP', quantity: 4 }));
  await application.execute(new AllocateLine({ orderId: 'o-2', sku: 'LAMP', quantity: 8 }));
});
afterAll(() => application.close());

function cli(...args: string[]) {
  const ask = askingIn(application);
  const program = bareCommand('earmark', 'Allocate').addCommand(promises(ask)).addCommand(timeline(ask));
  return runToEnd(program, ...args);
}

const lines = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/\s{2,}/));

describe('earmark timeline', () => {
  it('prints one row for each date', async () => {
    const { code, stdout } = await cli('timeline', 'LAMP', '--until', '2097-12-31');
    expect(code).toBe(0);
    expect(lines(stdout)).toEqual([
      ['date', 'receipts', 'claims', 'available', 'cumulative'],
      ['on hand', '10', '4', '6', '6'],
      ['2097-01-31', '10', '8', '2', '8'],
    ]);
  });

  it('prints the JSON of REST', async () => {
    const { stdout } = await cli('timeline', 'LAMP', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      sku: 'LAMP',
      items: [{ date: null }, { date: '2097-01-31' }],
    });
  });

  it('fails for a product that nobody knows', async () => {
    expect(await cli('timeline', 'NEVER-SEEN')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('earmark promises', () => {
  it('prints what lines were promised and when they are expected', async () => {
    const { stdout } = await cli('promises', '--sku', 'LAMP');
    expect(stdout).toMatch(/o-1 +LAMP +4 +PO-1 +at once +on hand/);
    expect(stdout).toMatch(/o-2 +LAMP +8 +PO-2 +2097-01-31 +2097-01-31/);
  });

  it('prints pages as JSON, and says so if no line is late', async () => {
    const { stdout } = await cli('promises', '--limit', '1', '--json');
    const page = JSON.parse(stdout) as { items: unknown[]; next: string };
    expect(page.items).toHaveLength(1);
    const rest = await cli('promises', '--after', page.next, '--json');
    expect(JSON.parse(rest.stdout)).toMatchObject({ items: [{ orderId: 'o-2' }], next: null });
    expect((await cli('promises', '--late')).stdout).toContain('There are no such lines.');
  });
});
