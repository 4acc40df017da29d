import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CommandLine, type Ended } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let client: pg.Client;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-imports-'));
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
  await rm(folder, { recursive: true });
});

/** Imports a text as a file of that name. */
async function importText(what: string, name: string, text: string, ...options: string[]): Promise<Ended> {
  const file = join(folder, name);
  await writeFile(file, text);
  return new CommandLine({ DATABASE_URL: database.url }, 'import', what, file, ...options).ended;
}

describe('An import', () => {
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
      const { rows: stored } = await client.query(
        'select sku, quantity from batches.batch where reference = $1',
        [`=${name}`],
      );
      expect(stored).toEqual([{ sku: '=LAMP', quantity: 7 }]);
    },
  );

  it('accepts a purchase order of several SKUs with --reference-per-line', async () => {
    const text = 'ref,sku,qty,eta\nPO-M,LAMP,1,\nPO-M,RUG,2,\nPO-N,LAMP,3,\nPO-M,BED,x,\nPO-M,DESK,4,\n';
    const refused = await importText('batches', 'po.csv', text.replaceAll('PO-', 'QO-'));
    expect(refused.stderr).toContain(
      'line 3: Line 2 of this file already has batch QO-M. A reference belongs to one SKU and one row. ' +
        'With --reference-per-line the rows of a purchase order are numbered.\n',
    );
    const later = await importText('batches', 'po.csv', 'ref,sku,qty\nQO-M,RUG,2\n');
    expect(later.stderr).toBe(
      'line 2: Batch QO-M was registered with the SKU LAMP, and a reference belongs to one SKU: give RUG another ' +
        'reference. With --reference-per-line the rows of a purchase order are numbered.\n',
    );

    const numbered = (file: string, ...more: string[]) =>
      importText('batches', 'po.csv', file, '--reference-per-line', '--json', ...more);
    expect(JSON.parse((await numbered(text)).stdout)).toMatchObject({ rows: 5, new: 4, repeated: 0 });
    expect(JSON.parse((await numbered(text.replace('x', '5'))).stdout)).toMatchObject({
      new: 1,
      repeated: 4,
    });
    const { rows } = await client.query(
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
    const { rows } = await client.query(
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
