import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { countLocation } from '../../../src/allocation/cli/count.js';
import { countSheet } from '../../../src/allocation/cli/count-sheet.js';
import { AdjustStock } from '../../../src/allocation/commands/adjust-stock.js';
import { PutOrder } from '../../../src/allocation/commands/put-order.js';
import { ShipOrder } from '../../../src/allocation/commands/ship-order.js';
import { RegisterBatch } from '../../../src/batches/commands/register-batch.js';
import { bareCommand } from '../../../src/platform/cli/command.js';
import { wantedOrder } from '../../allocation/order.fixture.js';
import type { Application } from '../../support/application.js';
import { startCliApplication } from '../../support/cli-application.js';
import { runToEnd } from '../../support/run-command.js';
import { runnerIn } from '../../support/runner-in.js';

let application: Application;
let folder: string;
/** Each test has a location of its own. */
let location: string;
let tests = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-count-'));
  application = await startCliApplication();
});
beforeEach(() => void (location = `hall-${++tests}`));
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true });
});

function cli(...args: string[]) {
  const run = runnerIn(application);
  const program = bareCommand('earmark', 'Allocate')
    .addCommand(countLocation(run))
    .addCommand(countSheet(run));
  return runToEnd(program, ...args);
}

const its = (name: string) => `${name}-${tests}`;
const buy = (reference: string, quantity: number, sku = reference, at = location) =>
  application.execute(
    new RegisterBatch(its(reference), { sku: its(sku), quantity, eta: null, location: at }),
  );
const order = (name: string, sku: string, units: number) =>
  application.execute(new PutOrder(its(name), wantedOrder({ [its(sku)]: units })));
const ship = (name: string) => application.execute(new ShipOrder(its(`s-${name}`), its(name)));

/** Writes a file of these lines, in which `@` before a name stands for that of the test. */
async function fileOf(...lines: string[]): Promise<string> {
  const file = join(folder, `${location}.csv`);
  await writeFile(file, `${lines.join('\n').replace(/@([\w-]+)/g, (_, name: string) => its(name))}\n`);
  return file;
}

async function count(file: string, ...options: string[]) {
  const { code, stdout, stderr } = await cli('count', its('july'), location, file, '--json', ...options);
  return { code, stderr, ...(JSON.parse(stdout) as Record<string, unknown>) };
}

/** Units on hand by batch. */
const stock = async () =>
  Object.fromEntries(
    (
      await application.sql<{ reference: string; quantity: number }>(
        `select reference, quantity from allocation.batch where reference like $1`,
        [`%-${tests}`],
      )
    ).map(({ reference, quantity }) => [reference.slice(0, -`-${tests}`.length), quantity]),
  );

describe('The command `count-sheet`', () => {
  it('writes the batches of a location that hold stock, with what is on hand', async () => {
    await buy('B', 5);
    await buy('A', 4, 'B');
    await buy('gone', 2);
    await buy('elsewhere', 3, 'elsewhere', 'rtm');
    await order('o', 'gone', 2);
    await ship('o');

    const { code, stdout, stderr } = await cli('count-sheet', location);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'reference,sku,best_before,expected,counted,note',
      `${its('A')},${its('B')},,4,,`,
      `${its('B')},${its('B')},,5,,`,
      '',
    ]);
  });

  it('says that a location holds nothing', async () => {
    expect(await cli('count-sheet', 'hal')).toEqual({
      ...{ code: 0, stderr: 'No batch at hal has units on hand.\n' },
      stdout: 'reference,sku,best_before,expected,counted,note\n',
    });
  });

  it('makes a file that `count` reads when it is filled in, whatever its codes look like', async () => {
    await buy('=PO', 5, '+RUG');
    await buy("'PO", 6, '-"LAMP"');
    const sheet = join(folder, 'sheet.csv');
    expect(await cli('count-sheet', location, '-o', sheet)).toMatchObject({ code: 0 });

    const filled = (await readFile(sheet, 'utf8')).replace(/,5,,$/m, ',5,4,').replace(/,6,,$/m, ',6,6,fine');
    await writeFile(sheet, filled);
    expect(await count(sheet, '--apply')).toMatchObject({
      ...{ code: 0, new: 2, rejected: {}, stderr: '' },
      variances: [{ batchReference: its('=PO'), variance: -1 }],
    });
    expect(await stock()).toEqual({ '=PO': 4, "'PO": 6 });
  });
});

describe('The command `count`', () => {
  it('shows the variances and writes nothing, until --apply posts them', async () => {
    await buy('A', 20);
    await buy('B', 10);
    await buy('C', 7);
    await order('o', 'A', 20);
    const file = await fileOf('reference,expected,counted', '@A,20,18', '@B,10,12', '@C,7,7');
    const head = await application.head();

    const { code, stdout, stderr } = await cli('count', its('july'), location, file);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/Read .*\n/, 'Read\n').split('\n')).toEqual([
      `Nothing was written. This is what ${its('july')} would change at ${location}:`,
      '',
      'batch                sku  on hand  expected  counted  variance  would be',
      `${its('A')}                  ${its('A')}       20        20       18        -2        18`,
      `${its('B')}                  ${its('B')}       10        10       12         2        12`,
      'all counted batches            37        37       37         0        37',
      '',
      '2 of 3 batches differ: 2 units found, 2 missing.',
      'Order lines: 0 would move to other batches, 1 would lose their units, 0 that are waiting would get units.',
      '',
      'Read',
      'would be counted                   3',
      'repeated                           0',
      'rejected                           0',
      '',
      'Add --apply to post it.',
      '',
    ]);
    expect(await application.head()).toBe(head);

    expect(await count(file, '--apply')).toMatchObject({
      ...{ code: 0, isApplied: true, new: 3, repeated: 0, batches: 3, found: 2, missing: 2, uncounted: [] },
      variances: [
        {
          ...{ batchReference: its('A'), sku: its('A'), countId: `${its('july')}/${its('A')}` },
          ...{ onHand: 20, expected: 20, counted: 18, variance: -2, onHandAfter: 18 },
        },
        { batchReference: its('B'), variance: 2, onHandAfter: 12 },
      ],
    });
    expect(await stock()).toEqual({ A: 18, B: 12, C: 7 });
  });

  it('keeps what has left and come since the sheet was made', async () => {
    await buy('A', 20);
    await order('o', 'A', 5);
    const file = await fileOf('reference,expected,counted', '@A,20,19');
    await ship('o');

    expect(await count(file)).toMatchObject({
      variances: [{ onHand: 15, expected: 20, counted: 19, variance: -1, onHandAfter: 14 }],
    });
    await count(file, '--apply');
    expect(await stock()).toEqual({ A: 14 });
  });

  it('changes nothing if the file comes again, and rejects other numbers under the same name', async () => {
    await buy('A', 20);
    const file = await fileOf('reference,counted', '@A,18');
    await count(file, '--apply');
    const head = await application.head();

    for (const options of [['--apply'], []])
      expect(await count(file, ...options)).toMatchObject({ code: 0, new: 0, repeated: 1, variances: [] });
    const other = await fileOf('reference,counted', '@A,17');
    expect(await count(other, '--apply')).toMatchObject({ code: 1, rejected: { 'count-conflict': 1 } });
    expect(await application.head()).toBe(head);
    expect(await stock()).toEqual({ A: 18 });
  });

  it('says by whom and why: the file, the note of the row, or --reason', async () => {
    await buy('A', 20);
    await buy('B', 20);
    const file = await fileOf('reference,counted,note', '@A,18,two are broken', '@B,18,');
    await count(file, '--apply', '--reason', 'stocktaking');

    expect(
      await application.sql(
        `select actor, data->>'reason' as reason, data->>'adjustmentId' as id, (data->>'variance')::int as variance
           from event_log.event where type = 'StockAdjusted' and key like $1 order by key`,
        [`%-${tests}`],
      ),
    ).toEqual([
      { actor: `${location}.csv`, reason: 'two are broken', id: `${its('july')}/${its('A')}`, variance: -2 },
      { actor: `${location}.csv`, reason: 'stocktaking', id: `${its('july')}/${its('B')}`, variance: -2 },
    ]);
  });

  it('reads what a spreadsheet writes: semicolons, a byte order mark, CRLF, and its own columns', async () => {
    await buy('A', 20);
    const file = join(folder, `${location}.csv`);
    const rows = ['Reference;SKU;Best before;On hand;Counted;Note', `${its('A')};${its('A')};;20;18;"1; 2"`];
    await writeFile(file, `\uFEFF${rows.join('\r\n')}\r\n`);

    expect(await cli('count', 'july', location, file)).toEqual({
      ...{ code: 1, stdout: '' },
      stderr:
        'The columns are separated by semicolons: add --separator semicolon, or save the file with commas.\n',
    });
    expect(await count(file, '--separator', 'semicolon', '--apply')).toMatchObject({ code: 0, new: 1 });
    expect(await stock()).toEqual({ A: 18 });
  });

  it('reads NDJSON', async () => {
    await buy('A', 20);
    const file = join(folder, `${location}.ndjson`);
    const row = { batchReference: its('A'), expected: 20, counted: 18, note: null };
    await writeFile(file, `${JSON.stringify(row)}\n`);

    expect(await count(file, '--apply')).toMatchObject({ code: 0, new: 1, stderr: '' });
    expect(await stock()).toEqual({ A: 18 });
  });

  it('warns if what has moved meanwhile cannot be told from a variance', async () => {
    await buy('A', 20);
    const { stderr } = await count(await fileOf('reference,counted', '@A,18'));
    expect(stderr).toBe(
      'The file has no column expected: units that moved since the counting are taken for variances.\n',
    );
  });
});

describe('A row of a count that is wrong', () => {
  it('is rejected with its reason, into a file that can be corrected and posted', async () => {
    for (const name of ['A', 'B', 'D']) await buy(name, 10);
    await buy('C', 3, 'D');
    await buy('away', 3, 'away', 'rtm');
    const file = await fileOf(
      'reference,sku,location,expected,counted',
      `@A,,${location},10,8`,
      '@away,,,3,3',
      '@unknown,,,3,3',
      '@B,@A,,10,9',
      '@D,,rtm,10,8',
      ',@D,,10,9',
      ',,,1,1',
      '@C,,,3,"1,000"',
      '@A,,,10,8',
      ',@A,,10,7',
    );
    const rejects = join(folder, 'rejects.csv');
    expect(await count(file, '--apply', '--rejects', rejects)).toMatchObject({
      ...{ code: 0, new: 1 },
      rejected: {
        ...{ 'other-location': 2, 'unknown-batch': 1, 'other-sku': 1, 'several-batches': 1 },
        ...{ 'nothing-named': 1, 'validation-failed': 1, 'repeated-row': 1, 'count-conflict': 1 },
      },
    });
    expect(await stock()).toEqual({ A: 8, B: 10, C: 3, D: 10, away: 3 });

    const corrected = (await readFile(rejects, 'utf8'))
      .replace(`${its('B')},${its('A')},`, `${its('B')},,`)
      .replace('"1,000"', '2');
    const again = join(folder, 'again.csv');
    await writeFile(again, corrected);
    expect(await count(again, '--apply')).toMatchObject({ code: 0, new: 2, repeated: 1 });
    expect(await stock()).toEqual({ A: 8, B: 9, C: 2, D: 10, away: 3 });
  });

  it('is one that names a batch by its SKU which another row names by its reference', async () => {
    await buy('A', 10);
    const file = await fileOf('reference,sku,counted', '@A,,9', ',@A,9');

    for (const options of [[], ['--apply']])
      expect(await count(file, ...options)).toMatchObject({ new: 1, rejected: { 'repeated-row': 1 } });
    expect(await stock()).toEqual({ A: 9 });
  });

  it('is not in a file that cannot name a batch at all, or is a count under an unusable name', async () => {
    const file = await fileOf('counted', '7');
    expect(await cli('count', 'july', location, file)).toMatchObject({
      ...{ code: 1, stdout: '' },
      stderr: 'The first line must name the column reference or sku, so that each row names a batch.\n',
    });
    for (const name of ['2026/07', 'x'.repeat(65)])
      expect(await cli('count', name, location, file)).toMatchObject({
        stderr: expect.stringContaining('without a slash'),
      });
  });
});

describe('A batch that holds stock and was not counted', () => {
  const nobodyCounted = async () => {
    for (const name of ['A', 'B', 'C']) await buy(name, 10);
    return fileOf('reference,expected,counted', '@A,10,9', '@B,10,');
  };
  const [B, C] = ['B', 'C'].map((name) => () => ({
    batchReference: its(name),
    sku: its(name),
    onHand: 10,
  })) as [() => object, () => object];

  it('is listed, and stays as it is', async () => {
    const file = await nobodyCounted();
    expect(await count(file, '--apply')).toMatchObject({ code: 0, rows: 1, new: 1, uncounted: [B(), C()] });
    expect(await stock()).toEqual({ A: 9, B: 10, C: 10 });

    const { stdout } = await cli('count', its('july'), location, file);
    expect(stdout).toContain(
      '2 batches with 20 units on hand have no number in the file:\n' +
        'batch  sku   on hand\n' +
        `${its('B')}   ${its('B')}       10\n`,
    );
  });

  it('is counted as 0 with --missing-are-zero, which the preview shows', async () => {
    const file = await nobodyCounted();
    const asZero = { found: 0, missing: 21, uncounted: [] };
    expect(await count(file, '--missing-are-zero')).toMatchObject({ code: 0, isApplied: false, ...asZero });
    expect(await stock()).toEqual({ A: 10, B: 10, C: 10 });

    expect(await count(file, '--missing-are-zero', '--apply')).toMatchObject({ code: 0, ...asZero });
    expect(await stock()).toEqual({ A: 9, B: 0, C: 0 });
  });

  it('is not counted as 0 once it was counted under the same name, also if it has stock again', async () => {
    const file = await nobodyCounted();
    await count(file, '--missing-are-zero', '--apply');
    await application.execute(new AdjustStock(its('found'), its('B'), 5, 'found'));

    const rest = await fileOf('reference,expected,counted', '@C,10,0');
    expect(await count(rest, '--missing-are-zero', '--apply')).toMatchObject({ uncounted: [] });
    expect(await stock()).toEqual({ A: 9, B: 5, C: 0 });
  });

  it('is not counted as 0 while a rejected row may be about it', async () => {
    for (const name of ['A', 'B']) await buy(name, 10);
    const file = await fileOf('reference,expected,counted', '@A,10,9', '@B,10,"1,0"');

    expect(await count(file, '--missing-are-zero', '--apply')).toMatchObject({
      ...{ code: 1, new: 1, uncounted: [B()] },
      stderr: expect.stringContaining('No batch was counted as 0'),
    });
    expect(await stock()).toEqual({ A: 9, B: 10 });
  });
});
