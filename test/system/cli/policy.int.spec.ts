import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { policyCommands } from '../../../src/allocation/cli/policy.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import type { Application } from '../../support/application.js';
import { startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

let application: Application;
beforeAll(async () => {
  application = await startCliApplication();
  await application.execute(new RegisterBatch('PO-1', { sku: 'RUG', quantity: 20, eta: null }));
});
afterAll(() => application.close());

function cli(...args: string[]) {
  const program = bareCommand('earmark', 'Allocate').addCommand(policyCommands(askingIn(application)));
  return runToEnd(program, 'policy', ...args);
}

describe('The command `policy`', () => {
  it('shows the default policy of a product', async () => {
    expect(await cli('show', 'RUG')).toMatchObject({
      code: 0,
      stdout: 'RUG: waiting lines get units first-fit.\nNo units are protected.\n',
    });
  });

  it('sets what is protected, for channels and for nobody', async () => {
    const { code, stdout } = await cli(
      ...['set', 'RUG', '--safety-stock', '2', '--protect', 'web=5@2099-12-31', '--protect', 'a=b=3'],
      ...['--backorders', 'first-fit'],
    );
    expect(code).toBe(0);
    expect(stdout).toContain('RUG: waiting lines get units first-fit.');
    const shown = await cli('show', 'RUG', '--json');
    expect(JSON.parse(shown.stdout)).toEqual({
      ...{ sku: 'RUG', preference: 'eta', minimumShelfLifeDays: 0, backorders: 'first-fit' },
      protections: [
        { channel: null, quantity: 2, until: null },
        { channel: 'web', quantity: 5, until: '2099-12-31' },
        { channel: 'a=b', quantity: 3, until: null },
      ],
    });
  });

  it.each(['strict', 'fair-share'])('lets waiting lines get units in the order %s', async (order) => {
    const { code, stdout } = await cli('set', 'RUG', '--backorders', order);
    expect([code, stdout]).toEqual([0, `RUG: waiting lines get units ${order}.\nNo units are protected.\n`]);
  });

  it('sets which batches leave first, and how long units have to keep', async () => {
    const { stdout } = await cli('set', 'RUG', '--preference', 'fefo', '--minimum-shelf-life', '10');
    expect(stdout).toContain('Batches of the same day are used in the order fefo.');
    expect(stdout).toContain('Units must keep 10 days after they are needed.');
    const shown = await cli('show', 'RUG', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ preference: 'fefo', minimumShelfLifeDays: 10 });
  });

  it('makes the policy the default again if nothing is given', async () => {
    await cli('set', 'RUG');
    expect((await cli('show', 'RUG')).stdout).toContain('No units are protected.');
  });

  it.each([
    [['--protect', 'web'], 'CHANNEL=UNITS'],
    [['--protect', '=5'], 'CHANNEL=UNITS'],
    [['--protect', 'web=0'], 'The units must be'],
    [['--safety-stock', '5@2026-02-30'], 'The day must be'],
    [['--backorders', 'never'], 'first-fit'],
    [['--preference', 'oldest'], 'fefo'],
    [['--minimum-shelf-life', 'ten'], 'a whole number'],
  ])('rejects %j', async (options, message) => {
    const { code, stderr } = await cli('set', 'RUG', ...options);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('says that a product is unknown', async () => {
    expect((await cli('show', 'SOFA')).stderr).toBe('No batch of SOFA was ever registered.\n');
  });
});
