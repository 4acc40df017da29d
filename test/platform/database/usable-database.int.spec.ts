import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Socket } from 'node:net';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { eventually } from '../../../testing/eventually.js';
import { poolOptions } from '../../../src/kernel/postgres/data-source.js';
import { InvalidSetting } from '../../../src/platform/config/setting-parsers.js';
import { readSettings } from '../../../src/platform/config/settings.js';
import { openDatabase } from '../../../src/platform/database/database.js';
import { requireUsable } from '../../../src/platform/database/usable-database.js';
import { aPgBouncer, describeWith, type TestServer } from '../../support/brokers.js';
import {
  asOperator,
  asOwner,
  emptyDatabase,
  freshDatabase,
  type TestDatabase,
} from '../../support/database.js';
import { ServiceProcess } from '../../support/service-process.js';
import { startService, type RunningService } from '../../support/service.js';

describe('A database', () => {
  let database: TestDatabase;
  afterEach(() => database.drop());

  it('is accepted if its encoding is UTF-8', async () => {
    database = await emptyDatabase();
    await requireUsable(database.url);
  });

  const isOf = (encoding: string) =>
    `DATABASE_URL leads to a database with the encoding ${encoding}, which cannot store every text: ` +
    `create one with: create database … encoding 'UTF8' template template0`;

  it.each(['LATIN1', 'SQL_ASCII', 'EUC_JP', 'WIN1252'])(
    'is refused if its encoding is %s',
    async (encoding) => {
      database = await emptyDatabase(`template template0 encoding '${encoding}' locale 'C'`);
      await expect(requireUsable(database.url)).rejects.toThrow(isOf(encoding));
    },
  );

  it('that is refused ends the start with one line', async () => {
    database = await emptyDatabase(`template template0 encoding 'LATIN1' locale 'C'`);
    const { code, stderr } = await new ServiceProcess({ DATABASE_URL: database.url }).ended;
    expect([code, stderr]).toEqual([1, `${isOf('LATIN1')}\n`]);
  });
});

// As docs/operations.md tells whoever sets up a pooler.
const CONNECTIONS_OF_A_PROCESS = poolOptions('').max;

const open = (databaseUrl: string) => openDatabase({ ...readSettings({}), databaseUrl });

describe('A role without the right to make schemas', () => {
  it('is refused in one line', async () => {
    const database = await asOwner(await emptyDatabase(), {});
    const name = new URL(database.url).pathname.slice(1);
    await asOperator((operator) => operator.query(`alter database ${name} owner to current_user`));
    await expect(open(database.url)).rejects.toEqual(
      new InvalidSetting('DATABASE_URL', `cannot be used: permission denied for database ${name}`),
    );
    await database.drop();
  });
});

describeWith('pgbouncer', 'A PgBouncer before the database', () => {
  let database: TestDatabase;
  let pooler: TestServer;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  const inMode = async (mode: string, ...more: string[]) => {
    pooler = await aPgBouncer(database.url, mode, more);
    await pooler.ensureRunning();
    return pooler.url;
  };

  describe('that changes sessions between transactions', () => {
    afterEach(() => pooler.remove());

    const BY_TRANSACTION =
      'leads to a pooler that changes sessions between transactions, but the service needs sessions of its own: ' +
      'set pool_mode=session for this database in PgBouncer, or use the address of PostgreSQL itself.';

    it.each([
      ['transaction', []],
      ['transaction', ['default_pool_size = 1']],
      ['transaction', ['server_round_robin = 1', 'min_pool_size = 5']],
      ['statement', []],
    ] as const)('is refused in one line in %s mode %s', async (mode, more) => {
      await expect(open(await inMode(mode, ...more))).rejects.toEqual(
        new InvalidSetting('DATABASE_URL', BY_TRANSACTION),
      );
    });
  });

  describe('in session mode', () => {
    let services: [RunningService, RunningService];
    beforeAll(async () => {
      const url = await inMode('session', `default_pool_size = ${2 * CONNECTIONS_OF_A_PROCESS + 5}`);
      await requireUsable(url);
      services = [await startService(url), await startService(url)];
    });
    afterAll(async () => {
      await Promise.all(services.map((service) => service.close()));
      await pooler.remove();
    });

    it('serves two processes if its pool holds the connections of both', async () => {
      const [one, other] = services;
      const batch = { reference: 'PO-1', sku: 'LAMP', quantity: 10, eta: '2031-01-31' };
      expect(await one.request('POST', '/v1/batches', batch)).toMatchObject({ status: 201 });
      const orders = Array.from({ length: 10 }, (_, i) =>
        (i % 2 ? one : other).request('POST', '/v1/allocations', {
          orderId: `o-${i}`,
          sku: 'LAMP',
          quantity: 1,
        }),
      );
      for (const answer of await Promise.all(orders)) {
        expect(answer).toMatchObject({ status: 201, body: { batchReference: 'PO-1', eta: '2031-01-31' } });
      }
      expect(await other.request('GET', '/health/ready')).toMatchObject({ status: 200 });
    });

    it('frees the lease of a process that was killed', async () => {
      const lease = `select pg_try_advisory_lock(4711) as "isOurs"`;
      const [holder, next] = [new pg.Client(pooler.url), new pg.Client(pooler.url)];
      holder.on('error', () => undefined);
      await Promise.all([holder.connect(), next.connect()]);
      const isOurs = async (client: pg.Client) =>
        (await client.query<{ isOurs: boolean }>(lease)).rows[0]!.isOurs;
      expect(await isOurs(holder)).toBe(true);
      expect(await isOurs(next)).toBe(false);

      (holder as unknown as { connection: { stream: Socket } }).connection.stream.destroy();

      await eventually('the next one has it', () => isOurs(next));
      await next.end();
    });

    it.each([
      ['DateStyle', 'ISO, YMD'],
      ['statement_timeout', '4s'],
      ['enable_seqscan', 'off'],
    ])('leads to the same %s of a session as PostgreSQL itself', async (name, value) => {
      expect(await services[0].get(DataSource).query(`show ${name}`)).toEqual([{ [name]: value }]);
    });
  });
});
