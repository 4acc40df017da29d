import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CommandLine } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';

let database: TestDatabase;
let client: pg.Client;

beforeEach(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

const cli = (...args: string[]) => new CommandLine({ DATABASE_URL: database.url }, ...args).ended;
const rows = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows;

describe('`subscriptions`', () => {
  const NAME = 'notifications.alerts';

  /** An event of lamps is parked; a second one waits behind it. */
  beforeEach(async () => {
    await client.query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       select gen_random_uuid(), 'OutOfStock', 1, 'LAMP', 'c', '{}' from generate_series(1, 2)`,
    );
    await client.query('insert into event_log.subscription (name, position) values ($1, 2)', [NAME]);
    await client.query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts, error)
       values ($1, 1, 'LAMP', 'parked', 8, 'Error: The lamp is broken.'), ($1, 2, 'LAMP', 'behind', 0, null)`,
      [NAME],
    );
  });

  it('lists, retries and discards failed events', async () => {
    expect(await cli('subscriptions', 'list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        `${NAME} 1: OutOfStock of LAMP, parked after 8 attempts, blocks 1 later event\n  Error: The lamp is broken.\n`,
      ),
    });
    expect(await cli('subscriptions', 'retry', NAME, '1')).toEqual({
      code: 0,
      stdout: `${NAME} will retry event 1 as soon as a service runs.\n`,
      stderr: '',
    });
    expect(await cli('subscriptions', 'discard', NAME, '1', '--reason', 'Told by phone.')).toEqual({
      code: 0,
      stdout: 'Discarded event 1; events that it blocked continue.\n',
      stderr: '',
    });
    expect(await rows('select position::int, state from event_log.set_aside')).toEqual([
      { position: 2, state: 'retrying' },
    ]);
  });

  it.each([
    [['retry', NAME, '0'], /must be a whole number from 1/],
    [['retry', NAME, '2'], /^Event 2 waits behind event 1[^\n]*\n$/],
  ])('fails in one line: %j', async (args, line) => {
    const { code, stdout, stderr } = await cli('subscriptions', ...args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(line);
  });
});

it('`migrate` reverts the newest migration of a schema and applies it again', async () => {
  const down = await cli('migrate', 'down', 'batches');
  expect(down).toEqual({ code: 0, stdout: expect.stringMatching(/^Reverted batches \S+\n$/), stderr: '' });
  expect((await cli('migrate', 'status')).stdout).toMatch(/^batches +\S+ +missing$/m);
  expect((await cli('migrate', 'up')).stdout).toBe(down.stdout.replace('Reverted', 'Applied'));
});

describe('While the command line runs', () => {
  let folder: string;
  let outside: Server;
  let calls = 0;
  let staying: CommandLine | undefined;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'earmark-silent-'));
    outside = createServer((socket) => {
      calls++;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(outside, 'listening');
  });
  afterEach(() => void staying?.process.kill('SIGKILL'));
  afterAll(async () => {
    outside.close();
    await rm(folder, { recursive: true });
  });

  const positionOf = async (name: string) =>
    Number(
      (await rows(`select position from event_log.subscription where name = '${name}'`))[0]?.position ?? 0,
    );

  it.each([
    ['a mail server and both brokers', true],
    ['a folder for mails', false],
  ])(
    'nothing is mailed or published, with %s configured',
    async (_, isSet) => {
      const { port } = outside.address() as AddressInfo;
      const settings = {
        DATABASE_URL: database.url,
        DATA_DIR: folder,
        ...(isSet && {
          SMTP_URL: `smtp://127.0.0.1:${port}`,
          REDIS_URL: `redis://127.0.0.1:${port}`,
          NATS_URL: `nats://127.0.0.1:${port}`,
        }),
      };
      const commanded = (...args: string[]) => new CommandLine(settings, ...args);
      await client.query(
        `insert into notifications.notification (kind, sku, recipient, subject, body)
       values ('out-of-stock', 'RUG', 'stock@localhost', 'RUG', 'None is left.')`,
      );
      // It runs as long as its stdin is open, which is longer than a reader of the log would need.
      staying = commanded('import', 'orders', '-');
      const batches = commanded('import', 'batches', '-');
      batches.process.stdin!.end('reference,sku,quantity\nPO-1,LAMP,10\nPO-2,LAMP,10\n');
      await batches.ended;
      expect(await commanded('allocate', 'o-1', 'LAMP', '10').ended).toMatchObject({ code: 0 });
      expect(await commanded('allocate', 'o-2', 'LAMP', '99').ended).toMatchObject({ code: 1 });
      expect(await commanded('change-quantity', 'PO-1', '5').ended).toMatchObject({ code: 0 });
      const [{ head }] = (await rows('select max(position)::int as head from event_log.event')) as [
        { head: number },
      ];
      await eventually(
        'the readers of the command line have read the log',
        async () => (await positionOf('allocation.stock')) >= head,
      );
      // A header without rows counts as a mistake.
      staying.process.stdin!.end('order_id,sku,quantity\n');
      expect(await staying.ended).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('a header and no rows') as unknown as string,
      });

      expect(calls).toBe(0);
      expect(existsSync(join(folder, 'mail'))).toBe(false);
      expect(await rows('select sku, state, attempts from notifications.notification')).toEqual([
        { sku: 'RUG', state: 'pending', attempts: 0 },
      ]);
      const readers = await rows('select name from event_log.subscription order by name');
      expect(readers).toContainEqual({ name: 'allocation.stock' });
      expect(readers.filter(({ name }) => /^(broker|notifications)\./.test(String(name)))).toEqual([]);
    },
    60_000,
  );
});
