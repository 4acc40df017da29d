import { readFile, stat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CommandLine, type Ended } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';

let database: TestDatabase;
let client: pg.Client;
let folder: string;
let interrupted: CommandLine | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-files-'));
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(() => void interrupted?.process.kill('SIGKILL'));
afterAll(async () => {
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

const cli = (...args: string[]) => new CommandLine({ DATABASE_URL: database.url }, ...args);

/** Imports a text as a file of that name. */
async function importText(
  what: string,
  name: string,
  text: string | Buffer,
  ...options: string[]
): Promise<Ended> {
  const file = join(folder, name);
  await writeFile(file, text);
  return cli('import', what, file, ...options).ended;
}

const counted = async (sql: string) => (await client.query<{ count: string }>(sql)).rows[0]!.count;

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
      'With --reference-per-line the rows of a purchase order are numbered.';
    expect(stderr).toBe(`line 3: ${says}\nline 4: ${says}\n`);
  });

  it('may have a byte order mark, CRLF and quotes', async () => {
    const text =
      '\uFEFF"reference",sku,quantity,eta\r\n"PO ""A"", 1",DESK,"3",2027-01-31\r\nPO-B,DESK,4,\r\n';
    expect((await importText('batches', 'windows.csv', text)).stdout).toMatch(/new +2\n/);
    const { rows } = await client.query(
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
      'The first line must name the columns reference,sku,quantity,eta: reference is missing, ' +
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
      const before = await counted('select count(*) from batches.batch');
      const rejects = join(folder, 'earlier.csv');
      await writeFile(rejects, 'of an earlier import');
      const { code, stdout, stderr } = await importText('batches', 'refused.csv', text, '--json');
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: message });
      if (!message.includes('no rows'))
        await importText('batches', 'refused.csv', text, '--rejects', rejects);
      expect(await readFile(rejects, 'utf8')).toBe('of an earlier import');
      expect(await counted('select count(*) from batches.batch')).toBe(before);
    },
  );

  it('fails the command if none of its rows was accepted', async () => {
    const header = 'order_id,sku,quantity\n';
    expect((await importText('orders', 'none.csv', `${header}o-1\no-2\n`)).code).toBe(1);
    expect((await importText('orders', 'refused.csv', `${header}o-9,GHOST,1\n`)).code).toBe(1);
  });

  it('is completed by a second import after Ctrl-C, without importing a row twice', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `CC-${i},CHAIR-${i % 10},5\n`).join('');
    const registered = () =>
      counted(`select count(*) from batches.batch where reference like 'CC-%'`).then(Number);
    interrupted = cli('import', 'batches', '-', '--json');
    interrupted.process.stdin!.write(`reference,sku,quantity\n${rows}`);
    await eventually('some are registered', async () => (await registered()) > 0, 60_000);
    interrupted.process.kill('SIGINT');
    const first = await interrupted.ended;
    expect(first).toMatchObject({ code: 130, stderr: '' });
    const before = await registered();
    expect(JSON.parse(first.stdout)).toMatchObject({ new: before, repeated: 0, isInterrupted: true });

    const again = await importText('batches', 'again.csv', `reference,sku,quantity\n${rows}`, '--json');

    expect(JSON.parse(again.stdout)).toMatchObject({
      new: 50_000 - before,
      repeated: before,
      isInterrupted: false,
    });
    expect(await registered()).toBe(50_000);
  }, 120_000);
});
