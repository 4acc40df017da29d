import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

/** How many databases were closed. */
let closed: number;
const databases = await import('../../../src/platform/database/database.js');
const closing =
  <Parameters extends unknown[]>(
    open: (...parameters: Parameters) => ReturnType<typeof databases.openDatabase>,
  ) =>
  async (...parameters: Parameters) => {
    const opened = await open(...parameters);
    return { ...opened, close: () => opened.close().then(() => void closed++) };
  };
jest.unstable_mockModule('../../../src/platform/database/database.js', () => ({
  ...databases,
  openDatabase: closing(databases.openDatabase),
  connectDatabase: closing(databases.connectDatabase),
}));
const { onDatabase, onUrl } = await import('../../../src/platform/cli/on-database.js');

const environmentWas = process.env;
let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  process.env = { ...environmentWas, DATABASE_URL: database.url, MIGRATE: 'on', LOG_LEVEL: 'error' };
  closed = 0;
});
afterEach(() => {
  process.env = environmentWas;
  Logger.overrideLogger(false);
});

const tables = (dataSource: DataSource) =>
  dataSource.query<object[]>(`select tablename from pg_tables where schemaname = 'batches'`);

describe('A command on the database without the application', () => {
  it('gets an up-to-date database, which is closed afterwards', async () => {
    let used: DataSource | undefined;
    await onDatabase(async (dataSource) => {
      used = dataSource;
      expect(await tables(dataSource)).toContainEqual({ tablename: 'batch' });
      expect(closed).toBe(0);
    });

    expect(used!.isInitialized).toBe(false);
    expect(closed).toBe(1);
  });

  it('has its database closed if it fails', async () => {
    let used: DataSource | undefined;
    const failing = onDatabase((dataSource) => {
      used = dataSource;
      return Promise.reject(new Error('It is dark.'));
    });

    await expect(failing).rejects.toThrow('It is dark.');
    expect(used!.isInitialized).toBe(false);
    expect(closed).toBe(1);
  });

  it('listens for Ctrl-C', async () => {
    const before = process.listenerCount('SIGINT');
    await onDatabase(() => Promise.resolve(expect(process.listenerCount('SIGINT')).toBe(before + 1)));
    await onUrl(() => Promise.resolve(expect(process.listenerCount('SIGINT')).toBe(before + 2)));
  });
});

describe('A command on the database in any state', () => {
  it('gets the database even if its schemas are behind, unlike other commands', async () => {
    await onDatabase((dataSource) => dataSource.query('drop schema batches cascade'));
    process.env.MIGRATE = 'off';
    closed = 0;

    await expect(onDatabase(() => Promise.resolve())).rejects.toThrow(databases.SchemaBehind);
    expect(closed).toBe(0);
    let url = '';
    await onUrl((given) => Promise.resolve(void (url = given)));
    expect(url).toBe(database.url);
    expect(closed).toBe(1);
    await expect(onUrl(() => Promise.reject(new Error('It is dark.')))).rejects.toThrow('It is dark.');
    expect(closed).toBe(2);
  });
});
