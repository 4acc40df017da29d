import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allocate } from '../../../src/allocation/cli/allocate.js';
import type { Application } from '../../support/application.js';
import { runExport, runImport, startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';

const HEADER = 'reference,sku,quantity,eta,location,best_before,supplier,blocked';

describe('A file of batches with their places, last days, suppliers and quality holds', () => {
  let application: Application;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'earmark-lots-'));
    application = await startCliApplication();
  });
  afterAll(async () => {
    await application.close();
    await rm(folder, { recursive: true });
  });

  async function importRows(
    rows: readonly string[],
    { name = 'lots.csv', into = application, options = [] as string[] } = {},
  ) {
    const file = join(folder, name);
    await writeFile(file, [...rows, ''].join('\n'));
    const { stdout } = await runImport(into, 'batches', file, '--json', ...options);
    return JSON.parse(stdout) as { new: number; updated: number; repeated: number; rejected: object };
  }

  const exported = async (sku: string, from = application) => {
    const { stdout } = await runExport(from, 'batches');
    return stdout.split('\n').filter((row) => row.split(',')[1] === sku);
  };

  it('is imported as it was exported, also into another database', async () => {
    const rows = [
      'L-1,YOGHURT,10,2031-01-31,rotterdam,2031-03-01,Dairy & Sons,true',
      'L-2,YOGHURT,5,,main,,,false',
    ];
    expect(await importRows([HEADER, ...rows])).toMatchObject({ new: 2, rejected: {} });
    expect(await exported('YOGHURT')).toEqual(rows);
    expect(await importRows([HEADER, ...rows])).toMatchObject({ new: 0, repeated: 2, rejected: {} });

    const another = await startCliApplication();
    try {
      const { stdout } = await runExport(application, 'batches', '--format', 'ndjson');
      const its = stdout.split('\n').filter((row) => row.includes('YOGHURT'));
      const asRows = its.map((row) => {
        const { version: _, ...batch } = JSON.parse(row) as Record<string, unknown>;
        return JSON.stringify(batch);
      });
      const options = { name: 'lots.ndjson', into: another };
      expect(await importRows(asRows, options)).toMatchObject({ new: 2, rejected: {} });
      expect(await exported('YOGHURT', another)).toEqual(rows);
    } finally {
      await another.close();
    }
  });

  it('promises nothing from a batch that it blocks', async () => {
    await importRows([HEADER, 'K-1,KEFIR,10,,,,,true']);
    const ask = askingIn(application);
    expect((await runToEnd(allocate(ask), 'k-1', 'KEFIR', '1')).code).toBe(1);
    await importRows(['reference,sku,quantity,blocked', 'K-1,KEFIR,10,false'], { options: ['--update'] });
    expect((await runToEnd(allocate(ask), 'k-1', 'KEFIR', '1')).code).toBe(0);
  });

  it('may leave these columns out, or leave their cells empty', async () => {
    await importRows(['reference,sku,quantity', 'C-1,CREAM,1']);
    await importRows([HEADER, 'C-2,CREAM,2,,,,,']);
    expect(await exported('CREAM')).toEqual(['C-1,CREAM,1,,main,,,false', 'C-2,CREAM,2,,main,,,false']);
    expect(await importRows([HEADER, 'C-1,CREAM,1,,main,,,'])).toMatchObject({ repeated: 1 });
    expect(await importRows([HEADER, 'C-1,CREAM,1,,,2031-01-01,,'])).toMatchObject({
      rejected: { 'batch-conflict': 1 },
    });
  });

  it('is rejected in the rows of which a value cannot be one, in words', async () => {
    const rejects = join(folder, 'rejects.csv');
    const rows = [
      'Q-1,QUARK,1,, amsterdam,,,',
      'Q-2,QUARK,1,,,31/12/2031,,',
      'Q-3,QUARK,1,,,2031-02-30,,',
      'Q-4,QUARK,1,,,,#N/A,',
      'Q-5,QUARK,1,,,,,maybe',
      'Q-6,QUARK,1,,4.00639E+12,,,',
    ];
    const summary = await importRows([HEADER, ...rows], { options: ['--rejects', rejects] });
    expect(summary).toMatchObject({ new: 0, rejected: { 'validation-failed': 6 } });
    const messages = (await readFile(rejects, 'utf8')).match(/validation-failed,"?[^"\n]*/g);
    expect(messages).toEqual([
      expect.stringMatching(/location must be a text of 1 to 128 characters/),
      expect.stringMatching(/best_before must be an existing date, .*: 31\/12\/2031 is another date format/),
      expect.stringMatching(/best_before must be an existing date/),
      expect.stringMatching(/supplier looks damaged: #N\/A is a spreadsheet error/),
      expect.stringMatching(/blocked must be true or false/),
      expect.stringMatching(/location looks damaged: 4\.00639E\+12 is a long number/),
    ]);
    expect(await exported('QUARK')).toEqual([]);
  });

  it('changes what it has columns for with --update, and keeps the rest', async () => {
    await importRows([HEADER, 'M-1,MILK,10,,rotterdam,2031-03-01,Dairy & Sons,']);
    const update = (...rows: string[]) => importRows(rows, { options: ['--update'] });
    expect(await update('reference,sku,quantity,best_before', 'M-1,MILK,10,2031-04-01')).toMatchObject({
      updated: 1,
    });
    expect(await update('reference,sku,quantity,location', 'M-1,MILK,10,')).toMatchObject({ repeated: 1 });
    expect(
      await update('reference,sku,quantity,location,supplier', 'M-1,MILK,10,delft,Others'),
    ).toMatchObject({
      updated: 1,
    });
    expect(await update('reference,sku,quantity,blocked', 'M-1,MILK,9,true')).toMatchObject({ updated: 1 });
    expect(await exported('MILK')).toEqual(['M-1,MILK,9,,delft,2031-04-01,Dairy & Sons,true']);
  });

  it('moves no batch that order lines claim, and changes the others', async () => {
    await importRows([HEADER, 'B-1,BUTTER,10,,,,,', 'B-2,BUTTER,5,,,,,']);
    expect((await runToEnd(allocate(askingIn(application)), 'b-1', 'BUTTER', '10')).code).toBe(0);
    const moved = ['reference,sku,quantity,location', 'B-1,BUTTER,10,delft', 'B-2,BUTTER,5,delft'];
    expect(await importRows(moved, { options: ['--update'] })).toMatchObject({
      updated: 1,
      rejected: { 'batch-claimed': 1 },
    });
    expect(await exported('BUTTER')).toEqual(['B-1,BUTTER,10,,main,,,false', 'B-2,BUTTER,5,,delft,,,false']);
  });
});
