import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CommandLine } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { Service } from '../../support/embedded-service.js';
import { eventually } from '../../../testing/eventually.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-cli-'));
  await chmod(folder, 0o711);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

/** Every allocated line with its batch, and the stock of every batch. */
async function stateOf(url: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const lines = await client.query(
    'select order_id, sku, quantity, batch_reference from allocation.line order by sku, order_id',
  );
  const batches = await client.query(
    'select reference, sku, eta::text, quantity, allocated from allocation.batch order by reference',
  );
  await client.end();
  return { lines: lines.rows as unknown, batches: batches.rows as unknown };
}

async function countLines(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: string }>('select count(*) from allocation.line');
  await client.end();
  return Number(rows[0]!.count);
}

const inColumns = (header: string, rows: readonly (readonly unknown[])[]) =>
  [header, ...rows.map((row) => row.join(',')), ''].join('\n');

describe('The command line', () => {
  it('prints help without a database, and errors in arguments to stderr', async () => {
    const nowhere = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' };
    const help = await new CommandLine(nowhere, 'import', 'orders', '--help').ended;
    expect(help).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('order_id,sku,quantity'),
    });

    const wrong = await new CommandLine(nowhere, 'allocate', 'o-1', 'LAMP', 'many').ended;
    expect(wrong.code).not.toBe(0);
    expect(wrong.stdout).toBe('');
    expect(wrong.stderr).toMatch(/quantity.*must be a whole number from 1 to 2147483647/);
  });

  it.each([[['--help']], [['allocate', 'o-1', 'LAMP', 'many']]])(
    'loads nothing of the application if it is not needed: %j',
    async (args) => {
      const coverage = await mkdtemp(join(folder, 'loaded-'));
      await new CommandLine({ NODE_V8_COVERAGE: coverage }, ...args).ended;
      const [report = ''] = await readdir(coverage);
      const loaded = await readFile(join(coverage, report), 'utf8');
      expect(loaded).toMatch(/node_modules\/commander\//);
      expect(loaded).not.toMatch(/node_modules\/(?:@nestjs|typeorm|pg)\//);
    },
  );

  it.each([
    [{ PORT: 'x' }, ['subscriptions', 'list'], /^PORT must be a port.*\n$/],
    [{}, ['import', 'orders', '/no/such/file.csv'], /^\/no\/such\/file\.csv does not exist\.\n$/],
    [
      { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' },
      ['migrate', 'status'],
      /^.*ECONNREFUSED.*\n$/,
    ],
  ])('fails in one line without a stack: %j %j', async (settings, args, line) => {
    const { code, stdout, stderr } = await new CommandLine({ DATA_DIR: folder, ...settings }, ...args).ended;
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(line);
  });

  it('uses the database of a service on the same directory, and leaves it running', async () => {
    const dataDir = await mkdtemp(join(folder, 'data-'));
    await chmod(dataDir, 0o711);
    const service = new Service(dataDir);
    try {
      const url = await service.started;
      const cli = (...args: string[]) => new CommandLine({ DATA_DIR: dataDir }, ...args).ended;
      const batches = await write(
        'few.csv',
        'reference,sku,quantity,eta\nPO-1,LAMP,10,\nPO-2,LAMP,10,2027-01-31\n',
      );

      expect(await cli('import', 'batches', batches)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/new +2/),
      });
      expect(await cli('allocate', 'o-1', 'LAMP', '10', '--json')).toMatchObject({
        code: 0,
        stdout:
          '{"orderId":"o-1","sku":"LAMP","quantity":10,"batchReference":"PO-1","eta":null,"overdue":false,"expectedDate":null}\n',
        stderr: '',
      });
      expect(await cli('change-quantity', 'PO-1', '5')).toMatchObject({
        code: 0,
        stdout: 'Batch PO-1 has 5 of LAMP, on hand.\n',
      });
      expect(await cli('allocate', 'o-2', 'LAMP', '6')).toEqual({
        code: 1,
        stdout: '',
        stderr: 'No batch of LAMP can hold 6: the largest has 5 available.\n',
      });
      expect(await stateOf(url)).toMatchObject({ lines: [{ order_id: 'o-1', batch_reference: 'PO-2' }] });
    } finally {
      await service.stop();
    }
  }, 120_000);

  describe('after an import was killed', () => {
    const skus = Array.from({ length: 40 }, (_, i) => `SKU-${i}`);
    const stock = skus.flatMap((sku, i) => [
      [`PO-${i}-1`, sku, 500, ''],
      [`PO-${i}-2`, sku, 700, '2027-01-31'],
    ]);
    const lines = Array.from({ length: 15_000 }, (_, i) => [`o-${i}`, skus[(i * 7) % 40], (i % 3) + 1]);
    let once_: TestDatabase;
    let twice: TestDatabase;

    beforeAll(async () => {
      [once_, twice] = [await freshDatabase(), await freshDatabase()];
    });
    afterAll(() => Promise.all([once_.drop(), twice.drop()]));

    it('imports the rest when it is run again', async () => {
      const batches = await write('batches.csv', inColumns('reference,sku,quantity,eta', stock));
      const orders = await write('orders.csv', inColumns('order_id,sku,quantity', lines));
      const cli = (database: TestDatabase, ...args: string[]) =>
        new CommandLine({ DATABASE_URL: database.url }, ...args);

      for (const database of [once_, twice]) await cli(database, 'import', 'batches', batches).ended;
      const whole = await cli(once_, 'import', 'orders', orders, '--rejects', join(folder, 'r1'), '--json')
        .ended;

      const killed = cli(twice, 'import', 'orders', orders, '--rejects', join(folder, 'r2'));
      await eventually('some lines are allocated', async () => (await countLines(twice.url)) > 0, 60_000);
      killed.process.kill('SIGKILL');
      await once(killed.process, 'exit');
      const before = await countLines(twice.url);
      const again = await cli(twice, 'import', 'orders', orders, '--rejects', join(folder, 'r2'), '--json')
        .ended;

      expect(whole.code).toBe(0);
      expect(again.code).toBe(0);
      expect(before).toBeLessThan(await countLines(once_.url));
      expect(await stateOf(twice.url)).toEqual(await stateOf(once_.url));
      const [first, second] = [whole, again].map(
        ({ stdout }) => JSON.parse(stdout) as Record<string, number>,
      );
      expect(second).toMatchObject({ rows: 15_000, rejected: first!.rejected });
      expect(second!.repeated).toBeGreaterThanOrEqual(before);
      expect(second!.repeated! + second!.new!).toBe(first!.new);
    }, 180_000);
  });
});
