import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readInSnapshot } from '../../../src/kernel/postgres/snapshot.js';
import { runExport, runImport, startCliApplication } from '../../support/cli-application.js';
import type { Application } from '../../support/application.js';
import { CommandLine } from '../../support/command-line.js';
import { eventually } from '../../../testing/eventually.js';

// Two tests start a process.

let folder: string;
let application: Application;
let dataSource: DataSource;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-export-'));
  application = await startCliApplication();
  dataSource = application.get(DataSource);
});
afterAll(async () => {
  await application.close();
  await rm(folder, { recursive: true });
});
beforeEach(() =>
  sql(
    'truncate batches.batch, allocation.product, allocation.batch, allocation.line, allocation.split_claim, allocation.backorder',
  ),
);

const cli = (...args: string[]) => runExport(application, ...args);
const sql = <Row>(statement: string) => dataSource.query<Row[]>(statement);

async function importText(what: string, text: string, into = application, format = 'csv'): Promise<void> {
  const file = join(folder, `${what}.${format}`);
  await writeFile(file, text);
  const { code, stderr } = await runImport(into, what, file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

const BATCHES = `reference,sku,quantity,eta,location,best_before,supplier,blocked
PO-1,"LAMP, ""RED""",10,,main,,,false
PO-2,TABLE,5,2031-01-31,main,,,false
`;

describe('`export`', () => {
  it('writes batches that can be imported into another database', async () => {
    await importText('batches', BATCHES);
    const { code, stdout, stderr } = await cli('batches');
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: BATCHES, stderr: '' });

    const another = await startCliApplication();
    try {
      await importText('batches', stdout, another);
      expect((await runExport(another, 'batches')).stdout).toBe(BATCHES);
    } finally {
      await another.close();
    }
  });

  it('writes allocated lines with their batches, and the stock of every product', async () => {
    await sql(
      `insert into allocation.product (sku, version, last_sequence) values ('=LAMP', 2, 1), ('TABLE', 2, 1)`,
    );
    await sql(`insert into allocation.batch (reference, sku, quantity, allocated, eta)
      values ('PO-1', '=LAMP', 10, 3, null), ('PO-2', 'TABLE', 5, 2, '2031-01-31'), ('PO-3', 'TABLE', 7, 0, null)`);
    await sql(`insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
      values ('o-1', '=LAMP', 3, 'PO-1', 1), ('o-1', 'TABLE', 2, 'PO-2', 1)`);
    const csv = await cli('allocations');
    const ndjson = await cli('allocations', '--format', 'ndjson');
    const products = await cli('products');
    expect(csv.stdout).toBe(`order_id,sku,quantity,batch_reference,eta
o-1,'=LAMP,3,PO-1,
o-1,TABLE,2,PO-2,2031-01-31
`);
    expect(
      ndjson.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      { orderId: 'o-1', sku: '=LAMP', quantity: 3, batchReference: 'PO-1', eta: null },
      { orderId: 'o-1', sku: 'TABLE', quantity: 2, batchReference: 'PO-2', eta: '2031-01-31' },
    ]);
    expect(products.stdout).toBe(`sku,quantity,allocated,available
'=LAMP,10,3,7
TABLE,12,2,10
`);
  });

  it.each(['csv', 'ndjson'])('writes allocations as %s that can be imported as orders', async (format) => {
    await sql(`insert into allocation.product (sku, version, last_sequence) values ('=LAMP', 2, 1)`);
    await sql(`insert into allocation.batch (reference, sku, quantity, allocated, eta)
        values ('PO-1', '=LAMP', 10, 5, '2031-01-31')`);
    await sql(`insert into allocation.line (order_id, sku, quantity, batch_reference, sequence)
        values ('@o-1', '=LAMP', 3, 'PO-1', 1), ('o-2', '=LAMP', 2, 'PO-1', 2)`);
    const { stdout } = await cli('allocations', '--format', format);

    await sql(`delete from allocation.line`);
    await sql(`update allocation.batch set allocated = 0`);
    await importText('orders', stdout, application, format);
    expect(await cli('allocations', '--format', format)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it('replaces a file once all is written, also behind a symbolic link, and leaves no temporary file', async () => {
    await importText('batches', BATCHES);
    const place = await mkdtemp(join(folder, 'out-'));
    await writeFile(join(place, 'old.csv'), 'old');
    await symlink(join(place, 'old.csv'), join(place, 'link.csv'));
    const { code, stdout, stderr } = await cli('batches', '--output', join(place, 'link.csv'));
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '',
      stderr: `Wrote 2 rows to ${join(place, 'link.csv')}.\n`,
    });
    expect(await readFile(join(place, 'old.csv'), 'utf8')).toBe(BATCHES);
    expect((await readdir(place)).sort()).toEqual(['link.csv', 'old.csv']);
  });

  it('leaves the file unchanged if it fails', async () => {
    const place = await mkdtemp(join(folder, 'out-'));
    await writeFile(join(place, 'old.csv'), 'old');
    await sql('alter table batches.batch rename to gone');
    const { code, stderr } = await cli('batches', '--output', join(place, 'old.csv'));
    await sql('alter table batches.gone rename to batch');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^relation "batches.batch" does not exist\n$/);
    expect(await readFile(join(place, 'old.csv'), 'utf8')).toBe('old');
    expect(await readdir(place)).toEqual(['old.csv']);
  });

  it.each([
    ['a missing folder', () => join(folder, 'no', 'x.csv'), /^ENOENT[^\n]*\n$/],
    ['a folder', () => folder, /is a directory\.\n$/],
  ])('fails in one line if the output is %s', async (_, output, line) => {
    const { code, stderr } = await cli('batches', '-o', output());
    expect(code).toBe(1);
    expect(stderr).toMatch(line);
  });

  it('ends quietly when its reader closes the pipe', async () => {
    await sql(`insert into batches.batch (reference, sku, quantity, registered_quantity, version)
      select 'PO-' || n, 'LAMP', 1, 1, 1 from generate_series(1, 30000) n`);
    const exporting = new CommandLine({ DATABASE_URL: application.databaseUrl }, 'export', 'batches');
    exporting.process.stdout!.once('data', () => exporting.process.stdout!.destroy());
    const { code, stderr } = await exporting.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('reports a full disk behind stdout in one line', async () => {
    await importText('batches', BATCHES);
    const { spawnSync } = await import('node:child_process');
    const script = `"${process.execPath}" dist/src/cli.js export batches > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', script], {
      env: { ...process.env, DATABASE_URL: application.databaseUrl },
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Cannot write to stdout: ENOSPC[^\n]*\n$/);
  });
});

it('A snapshot shows the rows of one moment, whatever is written meanwhile', async () => {
  const insert = (from: number, to: number) =>
    sql(`insert into batches.batch (reference, sku, quantity, registered_quantity, version)
      select lpad(n::text, 6, '0'), 'LAMP', 1, 1, 1 from generate_series(${from}, ${to}) n`);
  await insert(1, 5_000);
  const sizes: number[] = [];
  for await (const rows of readInSnapshot(dataSource, 'select reference from batches.batch order by 1')) {
    if (sizes.length === 0) {
      await insert(5_001, 9_000);
      await sql(`delete from batches.batch where reference > '004000' and reference <= '005000'`);
    }
    sizes.push(rows.length);
  }
  expect(sizes).toEqual([2_000, 2_000, 1_000]);
});

it('A snapshot that is not read to its end returns its connection', async () => {
  await sql(`insert into batches.batch (reference, sku, quantity, registered_quantity, version)
    select n::text, 'LAMP', 1, 1, 1 from generate_series(1, 5000) n`);
  for (let round = 0; round < 25; round++)
    for await (const rows of readInSnapshot(dataSource, 'select reference from batches.batch')) {
      expect(rows).toHaveLength(2_000);
      break;
    }
  await eventually('no transaction is open', async () => {
    const open = await sql(
      `select from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    return open.length === 0;
  });
});
