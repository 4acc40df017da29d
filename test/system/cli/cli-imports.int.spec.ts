import { once } from 'node:events';
import { readFile, stat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { allocate } from '../../../src/allocation/cli/allocate.js';
import { processActor } from '../../../src/kernel/cause/actor.js';
import type { Application } from '../../support/application.js';
import { runImport, startCliApplication } from '../../support/cli-application.js';
import { CommandLine, type Ended } from '../../support/command-line.js';
import { runToEnd } from '../../support/run-command.js';
import { askingIn } from '../../support/runner-in.js';
import { eventually } from '../../../testing/eventually.js';

let application: Application;
let folder: string;
let interrupted: CommandLine | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-imports-'));
  application = await startCliApplication();
});
afterEach(() => void interrupted?.process.kill('SIGKILL'));
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true });
});

/** Imports a text as a file of that name. */
async function importText(
  what: string,
  name: string,
  text: string | Buffer,
  ...options: string[]
): Promise<Ended> {
  const file = join(folder, name);
  await writeFile(file, text);
  return runImport(application, what, file, ...options);
}

/**
 * Imports rows in a process of its own, which submits them and does not end before it is interrupted: its stdin stays
 * open. The columns of a file of rejects are ignored, and make the rows so long (16 MiB) that it waits for no more of them.
 */
function importOpenEnded(
  into: Application,
  what: string,
  header: string,
  rows: readonly string[],
  ...options: string[]
): CommandLine {
  const padding = 'x'.repeat(Math.ceil((16 * 1024 * 1024) / rows.length));
  interrupted = new CommandLine({ DATABASE_URL: into.databaseUrl }, 'import', what, '-', ...options);
  const padded = rows.map((row) => `${row},,,${padding}\n`);
  interrupted.process.stdin!.write([`${header},line,reason,message\n`, ...padded].join(''));
  return interrupted;
}

async function count(inTables: string, of = application): Promise<number> {
  const [row] = await of.sql<{ count: string }>(`select count(*) from ${inTables}`);
  return Number(row!.count);
}

describe('An imported file', () => {
  it('has its invalid rows reported on stderr with their lines, and the rest is imported', async () => {
    const long = `PO-LONG,${'x'.repeat(1024 * 1024)},1,`;
    const rows = ['PO-1,LAMP,10,', 'PO-2,LAMP', 'PO-3,"LAMP,1,', 'PO-4,LAMP,none,', long, 'PO-5,LAMP,5,'];

    const { code, stdout, stderr } = await importText(
      'batches',
      'bad.csv',
      ['reference,sku,quantity,eta', ...rows, ''].join('\n'),
      '--json',
    );

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 6,
      new: 2,
      repeated: 0,
      rejected: { 'malformed-row': 2, 'row-too-long': 1, 'validation-failed': 1 },
    });
    expect(stderr).toBe(
      [
        'line 3: The row has 2 columns, the header has 4.',
        'line 4: Unbalanced quotes: a quoted value must end on its line, and a quote inside it must be doubled.',
        'line 5: quantity must be a whole number from 1 to 2147483647.',
        'line 6: The row is longer than 1 MiB.',
        '',
      ].join('\n'),
    );
  });

  it('has its rejected rows written to the file of --rejects, and nothing on stderr', async () => {
    const rejects = join(folder, 'rejects.csv');
    const rows = 'o-1,LAMP,2\no-2,NOBODY KNOWS,1\no-3,"LAMP",9999\no-4,LAMP,0\n';

    const { code, stderr } = await importText(
      'orders',
      'orders.csv',
      `order_id,sku,quantity\n${rows}`,
      '--rejects',
      rejects,
    );

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect((await stat(rejects)).mode & 0o777).toBe(0o600);
    expect(await readFile(rejects, 'utf8')).toBe(
      [
        'order_id,sku,quantity,line,reason,message,row',
        'o-2,NOBODY KNOWS,1,3,unknown-sku,No batch of NOBODY KNOWS was ever registered.,',
        'o-3,LAMP,9999,4,out-of-stock,No batch of LAMP can hold 9999: the largest has 8 available.,',
        'o-4,LAMP,0,5,validation-failed,quantity must be a whole number from 1 to 2147483647.,',
        '',
      ].join('\n'),
    );
  });

  it('has a second row of an order line rejected with both line numbers, and can be imported again', async () => {
    await importText('batches', 'vases.csv', 'reference,sku,quantity\nVASE-1,VASE,10\nVASE-2,URN,10\n');
    const file = [
      'order_id,sku,quantity',
      'r-1,VASE,2',
      'r-1,URN,2',
      'r-1,VASE,2',
      'r-1,VASE,3',
      'r-2,VASE,2',
      '',
    ].join('\n');

    const { code, stdout, stderr } = await importText('orders', 'twice.csv', file);

    expect(code).toBe(0);
    expect(stdout).toMatch(/new +3\n *repeated +0\n *rejected +2\n *repeated-row +2\n/);
    expect(stderr).toBe(
      'line 4: Line 2 of this file already has order r-1 with SKU VASE.\n' +
        'line 5: Line 2 of this file already has order r-1 with SKU VASE.\n',
    );
    const again = await importText('orders', 'twice.csv', file);
    expect(again.stdout).toMatch(/new +0\n *repeated +3\n *rejected +2\n/);
  });

  it('has a second row of a batch rejected with both line numbers, equal or not', async () => {
    const rows = ['PO-TWICE,POT,4', 'PO-TWICE,POT,4', 'PO-TWICE,POT,6', ''];

    const { stdout, stderr } = await importText(
      'batches',
      'twice.csv',
      ['reference,sku,quantity', ...rows].join('\n'),
    );

    expect(stdout).toMatch(/new +1\n *repeated +0\n *rejected +2\n *repeated-row +2\n/);
    const says =
      'Line 2 of this file already has batch PO-TWICE. A reference belongs to one SKU and one row. ' +
      'If it is a purchase order of several SKUs, add --reference-per-line.';
    expect(stderr).toBe(`line 3: ${says}\nline 4: ${says}\n`);
  });

  it('may have a byte order mark, CRLF and quotes', async () => {
    const text =
      '\uFEFF"reference",sku,quantity,eta\r\n"PO ""A"", 1",DESK,"3",2027-01-31\r\nPO-B,DESK,4,\r\n';
    expect((await importText('batches', 'windows.csv', text)).stdout).toMatch(/new +2\n/);
    const rows = await application.sql(
      `select reference, quantity, eta::text from batches.batch where sku = 'DESK' order by reference`,
    );
    expect(rows).toEqual([
      { reference: 'PO "A", 1', quantity: 3, eta: '2027-01-31' },
      { reference: 'PO-B', quantity: 4, eta: null },
    ]);
  });

  it('may be NDJSON, by its extension or by an option', async () => {
    const row = (i: number) => `{"reference":"ND-${i}","sku":"STOOL","quantity":1}\n`;
    expect((await importText('batches', 'rows.ndjson', row(1))).stdout).toMatch(/new +1\n/);
    expect((await importText('batches', 'rows.txt', row(2), '--format', 'ndjson')).stdout).toMatch(
      /new +1\n/,
    );
  });

  it.each([
    ['an empty file', '', 'The file is empty: there is nothing to import.\n'],
    ['a header alone', 'ref,sku,qty\n', 'The file has a header and no rows: there is nothing to import.\n'],
    [
      'another header',
      'sku,amount\nLAMP,1\n',
      'The first line must name the columns reference,sku,quantity,eta,location,best_before,supplier,blocked: ' +
        'reference is missing, ' +
        'quantity is missing, amount is unknown.\n',
    ],
    [
      'separated by semicolons',
      'ref;sku;qty\nPO-9;LAMP;1\n',
      'The columns are separated by semicolons: add --separator semicolon, or save the file with commas.\n',
    ],
    [
      'UTF-16',
      Buffer.from('\uFEFFref,sku,qty\nPO-9,LAMP,1\n', 'utf16le'),
      'The file is UTF-16 (little-endian): save it as UTF-8.\n',
    ],
    ['compressed', gzipSync('ref,sku,qty\n'), 'The file is compressed (gzip): unpack it first.\n'],
    [
      'long with lines that end in CR only',
      'ref,sku,qty\r' + 'PO-9,LAMP,1\r'.repeat(100_000),
      'The lines of the file end in CR only: end them with LF or CRLF.\n',
    ],
    ['JSON', '{"reference":"PO-9"}\n', 'The file is JSON, not CSV: add --format ndjson.\n'],
  ])(
    'is rejected in one line if it is %s, and an earlier file of rejects is kept',
    async (_, text, message) => {
      const before = await count('batches.batch');
      const rejects = join(folder, 'earlier.csv');
      await writeFile(rejects, 'of an earlier import');
      const { code, stdout, stderr } = await importText('batches', 'refused.csv', text, '--json');
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: message });
      if (!message.includes('no rows'))
        await importText('batches', 'refused.csv', text, '--rejects', rejects);
      expect(await readFile(rejects, 'utf8')).toBe('of an earlier import');
      expect(await count('batches.batch')).toBe(before);
    },
  );

  it('fails the command if none of its rows was accepted', async () => {
    const header = 'order_id,sku,quantity\n';
    expect((await importText('orders', 'none.csv', `${header}o-1\no-2\n`)).code).toBe(1);
    expect((await importText('orders', 'refused.csv', `${header}o-9,GHOST,1\n`)).code).toBe(1);
  });

  it('is completed by a second import after Ctrl-C, without importing a row twice', async () => {
    const header = 'reference,sku,quantity';
    const rows = Array.from({ length: 3_000 }, (_, i) => `CC-${i},CHAIR-${i % 10},5`);
    const registered = () => count("batches.batch where reference like 'CC-%'");
    const running = importOpenEnded(application, 'batches', header, rows, '--json');
    await eventually('some are registered', async () => (await registered()) > 0, 60_000);
    running.process.kill('SIGINT');
    const first = await running.ended;
    expect(first).toMatchObject({ code: 130, stderr: '' });
    const before = await registered();
    expect(JSON.parse(first.stdout)).toMatchObject({ new: before, repeated: 0, isInterrupted: true });

    const again = await importText('batches', 'again.csv', [header, ...rows, ''].join('\n'), '--json');

    expect(JSON.parse(again.stdout)).toMatchObject({
      new: 3_000 - before,
      repeated: before,
      isInterrupted: false,
    });
    expect(await registered()).toBe(3_000);
    expect(
      await application.sql("select distinct actor from event_log.event where key like 'CHAIR-%'"),
    ).toEqual(expect.arrayContaining([{ actor: 'stdin' }, { actor: 'again.csv' }]));
  });
});

describe('An import', () => {
  it('names its file as the actor of its events and of what follows from them', async () => {
    await importText('batches', 'May.csv', 'reference,sku,quantity\nMAY-1,BUREAU,10\nMAY-2,BUREAU,5\n');
    await importText('orders', 'orders of May.csv', 'order_id,sku,quantity\nmay-1,BUREAU,10\n');
    await importText('batches', 'June.csv', 'reference,sku,quantity\nMAY-1,BUREAU,1\n', '--update');

    const events = await application.sql<{ type: string; actor: string }>(
      `select type, actor from event_log.event where key = 'BUREAU' order by position`,
    );
    expect(events.map(({ type, actor }) => [type, actor])).toEqual([
      ['BatchRegistered', 'May.csv'],
      ['BatchRegistered', 'May.csv'],
      ['LineAllocated', 'orders of May.csv'],
      ['BatchQuantityChanged', 'June.csv'],
      ['LineDeallocated', 'June.csv'],
      ['OutOfStock', 'June.csv'],
    ]);
  });

  it('shows the first ten rejected rows, and counts the rest', async () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => `SR-${i},${i % 2 ? 'GHOST,1' : 'LAMP,1.5'}\n`);
    const { code, stdout, stderr } = await importText(
      'orders',
      'many.csv',
      `orderid,sku,qty\n${rows.join('')}`,
    );
    expect(code).toBe(1);
    const lines = stderr.trim().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toMatch(/^line 2: quantity must be .* 1\.5 has decimals/);
    expect(lines[9]).toBe('line 11: No batch of GHOST was ever registered.');
    expect(lines[10]).toBe('and 990 more rows: --rejects FILE writes all of them');
    expect(stdout).toMatch(/rejected +1,000\n {2}unknown-sku +500\n {2}validation-failed +500\n/);
  });

  it.each(['mend.csv', 'mend.ndjson'])(
    'writes rejects that are accepted when they are corrected: %s',
    async (name) => {
      const rejects = join(folder, name);
      const rows = `${name}-1,LAMP,1.000,\n=${name},=LAMP,x,\n`;
      await importText('batches', 'mend-first.csv', `ref,sku,qty,eta\n${rows}`, '--rejects', rejects);
      const text = await readFile(rejects, 'utf8');
      const corrected = text
        .replace(/"?1\.000"?/, '1000')
        .replace(/,x,/, ',7,')
        .replace('"x"', '7');
      const accepted = await importText('batches', name, corrected, '--json');
      expect(JSON.parse(accepted.stdout)).toMatchObject({ rows: 2, new: 2 });
      const stored = await application.sql('select sku, quantity from batches.batch where reference = $1', [
        `=${name}`,
      ]);
      expect(stored).toEqual([{ sku: '=LAMP', quantity: 7 }]);
    },
  );

  it('accepts a purchase order of several SKUs with --reference-per-line', async () => {
    const text = 'ref,sku,qty,eta\nPO-M,LAMP,1,\nPO-M,RUG,2,\nPO-N,LAMP,3,\nPO-M,BED,x,\nPO-M,DESK,4,\n';
    const refused = await importText('batches', 'po.csv', text.replaceAll('PO-', 'QO-'));
    expect(refused.stderr).toContain(
      'line 3: Line 2 of this file already has batch QO-M. A reference belongs to one SKU and one row. ' +
        'If it is a purchase order of several SKUs, add --reference-per-line.\n',
    );
    const later = await importText('batches', 'po.csv', 'ref,sku,qty\nQO-M,RUG,2\n');
    expect(later.stderr).toBe(
      'line 2: Batch QO-M was registered with the SKU LAMP, and a reference belongs to one SKU: give RUG another ' +
        'reference. If it is a purchase order of several SKUs, add --reference-per-line.\n',
    );

    const numbered = (file: string, ...more: string[]) =>
      importText('batches', 'po.csv', file, '--reference-per-line', '--json', ...more);
    expect(JSON.parse((await numbered(text)).stdout)).toMatchObject({ rows: 5, new: 4, repeated: 0 });
    expect(JSON.parse((await numbered(text.replace('x', '5'))).stdout)).toMatchObject({
      new: 1,
      repeated: 4,
    });
    const rows = await application.sql(
      `select reference, sku from batches.batch where reference like 'PO-M%' or reference like 'PO-N%' order by 1`,
    );
    expect(rows).toEqual([
      { reference: 'PO-M/1', sku: 'LAMP' },
      { reference: 'PO-M/2', sku: 'RUG' },
      { reference: 'PO-M/3', sku: 'BED' },
      { reference: 'PO-M/4', sku: 'DESK' },
      { reference: 'PO-N/1', sku: 'LAMP' },
    ]);
  });

  it('changes existing batches with --update', async () => {
    const header = 'ref,sku,qty,eta\n';
    await importText(
      'batches',
      'up.csv',
      `${header}U-1,SHELF,10,\nU-2,SHELF,5,2027-01-31\nU-3,SHELF,1,2027-01-31\nU-6,STOOL,1,\n`,
    );
    const changed = `${header}U-1,SHELF,0,\nU-2,SHELF,6,2027-02-28\nU-3,SHELF,1,2027-01-31\nU-4,SHELF,3,\nU-6,RUG,1,\nU-5,SHELF,0,\n`;

    const refused = await importText('batches', 'up.csv', changed, '--json');
    expect(JSON.parse(refused.stdout)).toMatchObject({
      new: 1,
      updated: 0,
      repeated: 1,
      rejected: { 'batch-conflict': 2, 'validation-failed': 2 },
    });

    const accepted = await importText('batches', 'up.csv', changed, '--update');
    expect(accepted.code).toBe(0);
    expect(accepted.stdout.replace(/ +/g, ' ')).toMatch(
      /\nregistered 0\nupdated 2\nunchanged 2\nrejected 2\n batch-conflict 1\n unknown-batch 1\n$/,
    );
    // If the file has no dates, a batch keeps its own.
    await importText('batches', 'up.csv', 'ref,sku,qty\nU-3,SHELF,2\n', '--update');
    const rows = await application.sql(
      `select reference, quantity, eta::text from batches.batch where sku = 'SHELF' order by 1`,
    );
    expect(rows).toEqual([
      { reference: 'U-1', quantity: 0, eta: null },
      { reference: 'U-2', quantity: 6, eta: '2027-02-28' },
      { reference: 'U-3', quantity: 2, eta: '2027-01-31' },
      { reference: 'U-4', quantity: 3, eta: null },
    ]);
  });
});

it('A command other than an import is an act of the operator', async () => {
  await importText('batches', 'sofas.csv', 'reference,sku,quantity\nSOFA-1,SOFA,10\n');
  const { code } = await runToEnd(allocate(askingIn(application)), 'sofa-1', 'SOFA', '1');

  expect(code).toBe(0);
  const allocated = "select actor from event_log.event where key = 'SOFA' and type = 'LineAllocated'";
  expect(await application.sql(allocated)).toEqual([{ actor: processActor().name }]);
});

describe('An import that was killed', () => {
  const skus = Array.from({ length: 40 }, (_, i) => `SKU-${i}`);
  const stock = skus.flatMap((sku, i) => [`PO-${i}-1,${sku},200,`, `PO-${i}-2,${sku},280,2027-01-31`]);
  const lines = Array.from({ length: 6_000 }, (_, i) => `o-${i},${skus[(i * 7) % 40]},${(i % 3) + 1}`);
  let whole: Application;
  let twice: Application;

  beforeAll(async () => {
    [whole, twice] = [await startCliApplication(), await startCliApplication()];
  });
  afterAll(() => Promise.all([whole.close(), twice.close()]));

  async function write(name: string, header: string, rows: readonly string[]): Promise<string> {
    const file = join(folder, name);
    await writeFile(file, [header, ...rows, ''].join('\n'));
    return file;
  }

  /** Every allocated line with its batch, and the stock of every batch. */
  const stateOf = async (one: Application) => ({
    lines: await one.sql(
      'select order_id, sku, quantity, batch_reference from allocation.line order by sku, order_id',
    ),
    batches: await one.sql(
      'select reference, sku, eta::text, quantity, allocated from allocation.batch order by reference',
    ),
  });

  it('imports the rest when it is run again', async () => {
    const header = 'order_id,sku,quantity';
    const batches = await write('stock.csv', 'reference,sku,quantity,eta', stock);
    const orders = await write('lines.csv', header, lines);
    for (const each of [whole, twice]) await runImport(each, 'batches', batches);
    const rejects = (name: string) => ['--rejects', join(folder, name)];
    const atOnce = await runImport(whole, 'orders', orders, ...rejects('r1'), '--json');

    const half = lines.slice(0, 3_000);
    const killed = importOpenEnded(twice, 'orders', header, half, ...rejects('r2'));
    await eventually(
      'some lines are allocated',
      async () => (await count('allocation.line', twice)) > 0,
      60_000,
    );
    killed.process.kill('SIGKILL');
    await once(killed.process, 'exit');
    const before = await count('allocation.line', twice);
    const again = await runImport(twice, 'orders', orders, ...rejects('r2'), '--json');

    expect(atOnce.code).toBe(0);
    expect(again.code).toBe(0);
    expect(before).toBeLessThan(await count('allocation.line', whole));
    expect(await stateOf(twice)).toEqual(await stateOf(whole));
    const [first, second] = [atOnce, again].map(({ stdout }) => JSON.parse(stdout) as Record<string, number>);
    expect(second).toMatchObject({ rows: 6_000, rejected: first!.rejected });
    expect(second!.repeated).toBeGreaterThanOrEqual(before);
    expect(second!.repeated! + second!.new!).toBe(first!.new);
  });
});
