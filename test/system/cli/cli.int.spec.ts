import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CommandLine } from '../../support/command-line.js';
import { Service } from '../../support/embedded-service.js';

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
  });
});
