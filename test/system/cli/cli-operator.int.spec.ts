import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { allocate } from '../../../src/allocation/cli/allocate.js';
import { AppModule } from '../../../src/app.module.js';
import { changeQuantity } from '../../../src/batches/cli/change-quantity.js';
import { importBatches } from '../../../src/batches/cli/import-batches.js';
import { dataSourceOptions } from '../../../src/kernel/postgres/data-source.js';
import { inApplication } from '../../../src/platform/cli/application.js';
import type { ApplicationRunner } from '../../../src/platform/cli/application-runner.js';
import { HEAD_BYTES } from '../../../src/platform/cli/import/invalid-file.js';
import { migrateCommands } from '../../../src/platform/cli/operator/migrate.js';
import { subscriptionCommands } from '../../../src/platform/cli/operator/subscriptions.js';
import { readAllSettings } from '../../../src/settings.js';
import { asking, askingNobody } from '../../support/asking.js';
import { CommandLine } from '../../support/command-line.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { runToEnd } from '../../support/run-command.js';
import { eventually } from '../../../testing/eventually.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await freshDatabase();
  dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
});
afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const rows = (sql: string) => dataSource.query<Record<string, unknown>[]>(sql);

describe('`subscriptions`', () => {
  const NAME = 'notifications.alerts';
  const subscriptions = (...args: string[]) =>
    runToEnd(subscriptionCommands(askingNobody('application'), asking(dataSource)), ...args);

  /** An event of lamps is parked; a second one waits behind it. */
  beforeEach(async () => {
    await dataSource.query(
      `insert into event_log.event (id, type, version, key, correlation_id, data)
       select gen_random_uuid(), 'OutOfStock', 1, 'LAMP', 'c', '{}' from generate_series(1, 2)`,
    );
    await dataSource.query('insert into event_log.subscription (name, position) values ($1, 2)', [NAME]);
    await dataSource.query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts, error)
       values ($1, 1, 'LAMP', 'parked', 8, 'Error: The lamp is broken.'), ($1, 2, 'LAMP', 'behind', 0, null)`,
      [NAME],
    );
  });

  it('lists, retries and discards failed events', async () => {
    expect(await subscriptions('list')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        `${NAME} 1: OutOfStock of LAMP, parked after 8 attempts, blocks 1 later event\n  Error: The lamp is broken.\n`,
      ),
    });
    expect(await subscriptions('retry', NAME, '1')).toEqual({
      code: 0,
      stdout: `${NAME} will retry event 1 as soon as a service runs.\n`,
      stderr: '',
    });
    expect(await subscriptions('discard', NAME, '1', '--reason', 'Told by phone.')).toEqual({
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
    const { code, stdout, stderr } = await subscriptions(...args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(line);
  });
});

it('`migrate` reverts the newest migration of a schema and applies it again', async () => {
  const migrate = (...args: string[]) =>
    runToEnd(
      migrateCommands(
        asking(database.url),
        (work) => work(database.url),
        (command) => command,
      ),
      ...args,
    );
  const down = await migrate('down', 'batches');
  expect(down).toEqual({ code: 0, stdout: expect.stringMatching(/^Reverted batches \S+\n$/), stderr: '' });
  expect((await migrate('status')).stdout).toMatch(/^batches +\S+ +missing$/m);
  expect((await migrate('up')).stdout).toBe(down.stdout.replace('Reverted', 'Applied'));
});

describe('While the command line runs', () => {
  const READER = 'allocation.stock';
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
  afterEach(() => {
    staying?.process.kill('SIGKILL');
    Logger.overrideLogger(false);
  });
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
      await dataSource.query(
        `insert into notifications.notification (kind, sku, recipient, subject, body)
       values ('out-of-stock', 'RUG', 'stock@localhost', 'RUG', 'None is left.')`,
      );
      // Its stdin stays open, so that it runs for longer than a reader of the log would need.
      staying = new CommandLine(settings, 'import', 'orders', '-');
      staying.process.stdin!.write(`order_id,sku,quantity\n${'\n'.repeat(HEAD_BYTES)}`);
      await eventually(
        'its application runs',
        async () => (await rows(`select from event_log.subscription where name = '${READER}'`)).length === 1,
        60_000,
      );
      const file = join(folder, 'batches.csv');
      await writeFile(file, 'reference,sku,quantity\nPO-1,LAMP,10\nPO-2,LAMP,10\n');
      await inApplication(
        () => readAllSettings(settings),
        (read, url) => AppModule.forRoot(read, url, 'cli'),
        async (application) => {
          const run: ApplicationRunner = (work) => work(application);
          expect(await runToEnd(importBatches(run), file)).toMatchObject({ code: 0 });
          expect(await runToEnd(allocate(asking(application)), 'o-1', 'LAMP', '10')).toMatchObject({
            code: 0,
          });
          expect(await runToEnd(allocate(asking(application)), 'o-2', 'LAMP', '99')).toMatchObject({
            code: 1,
          });
          expect(await runToEnd(changeQuantity(asking(application)), 'PO-1', '5')).toMatchObject({ code: 0 });
          const [{ head }] = (await rows('select max(position)::int as head from event_log.event')) as [
            { head: number },
          ];
          await eventually(
            'the readers of the command line have read the log',
            async () => (await positionOf(READER)) >= head,
          );
        },
      );
      // A header without rows counts as a mistake.
      staying.process.stdin!.end();
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
      expect(readers).toContainEqual({ name: READER });
      expect(readers.filter(({ name }) => /^(broker|notifications)\./.test(String(name)))).toEqual([]);
    },
    120_000,
  );
});
