import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Replicas } from '../../../src/kernel/postgres/replicas.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../../testing/eventually.js';
import { openKernel, type Kernel } from '../../support/kernel.js';

const AWAY = 'postgres://user:hunter2@127.0.0.1:1/away';
const REST_MS = 5_000;
const WHERE = 'select current_database() as name, $1::int as asked';

let [one, two]: TestDatabase[] = [];
let primary: Kernel;
beforeAll(async () => {
  [one, two] = await Promise.all([freshDatabase(), freshDatabase()]);
  primary = await openKernel(one.url);
});
afterAll(async () => {
  await primary.close();
  await Promise.all([one!.drop(), two!.drop()]);
});

let told: string[];
let replicas: Replicas;
beforeEach(() => {
  told = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((words) => void told.push(String(words)));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await replicas.onApplicationShutdown();
});

const nameOf = ({ url }: TestDatabase) => new URL(url).pathname.slice(1);
const primaryAnswers = { query: () => Promise.resolve([{ name: 'primary' }]) } as unknown as DataSource;

function open(...urls: readonly string[]): void {
  replicas = new Replicas(primaryAnswers, urls);
}

async function ask(times: number): Promise<string[]> {
  const names: string[] = [];
  for (let n = 0; n < times; n++) names.push((await replicas.query<{ name: string }>(WHERE, [n]))[0]!.name);
  return names;
}

describe('the read replicas', () => {
  it('are asked in turn, and the primary is not', async () => {
    open(one!.url, two!.url);
    const [first, second] = [nameOf(one!), nameOf(two!)];
    expect(await ask(5)).toEqual([first, second, first, second, first]);
  });

  it('need not exist', async () => {
    open();
    expect(await ask(2)).toEqual(['primary', 'primary']);
  });

  it('are not used for a while after a failure, and another one answers at once', async () => {
    const now = jest.spyOn(performance, 'now');
    now.mockReturnValue(1_000_000);
    open(AWAY, two!.url);
    const other = nameOf(two!);
    expect(await ask(4)).toEqual([other, other, other, other]);
    const words = /^Replica 127\.0\.0\.1:1 failed; not used for 5 s: .*ECONNREFUSED/;
    expect(told).toEqual([expect.stringMatching(words)]);

    now.mockReturnValue(1_000_000 + REST_MS - 1);
    await ask(2);
    expect(told).toHaveLength(1);
    now.mockReturnValue(1_000_000 + REST_MS);
    await ask(2);
    expect(told).toHaveLength(2);
    expect(told.join()).not.toContain('hunter2');
  });

  it('may all be away: then the primary answers', async () => {
    open(AWAY, AWAY);
    expect(await ask(2)).toEqual(['primary', 'primary']);
    expect(told).toHaveLength(2);
  });

  it('may end an idle connection, and another one is opened', async () => {
    open(two!.url);
    await ask(1);
    await primary.dataSource.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [nameOf(two!)],
    );
    await eventually('it has ended', async () => (await sessions()) === 0);
    expect(await ask(1)).toEqual([nameOf(two!)]);
    expect(told).toEqual([]);
  });

  it('may end an idle connection that is used before anybody has noticed', async () => {
    open(two!.url);
    await ask(1);
    endSessionsWhileThisProcessWaits(nameOf(two!));
    expect(await ask(1)).toEqual([nameOf(two!)]);
    expect(told).toEqual([]);
  });

  const inSnapshot = () =>
    replicas.inSnapshot(async (snapshot) => {
      const [row] = await snapshot.query<{ name: string; isolation: string; readonly: string }[]>(
        `select current_database() as name, current_setting('transaction_isolation') as isolation,
                current_setting('transaction_read_only') as readonly`,
      );
      return row!;
    });

  it('give a snapshot in turn, too, and end its transaction', async () => {
    open(one!.url, two!.url);
    for (const database of [one!, two!, one!])
      expect(await inSnapshot()).toEqual({
        name: nameOf(database),
        isolation: 'repeatable read',
        readonly: 'on',
      });
    expect(await ask(1)).toEqual([nameOf(two!)]);
    expect(await transactionsUnderWay()).toEqual([]);
  });

  it('give a snapshot over a new connection if the idle one had ended', async () => {
    open(two!.url);
    await ask(1);
    endSessionsWhileThisProcessWaits(nameOf(two!));
    expect((await inSnapshot()).name).toBe(nameOf(two!));
    expect(told).toEqual([]);
  });

  it('may all be away: then the primary gives the snapshot, and keeps no transaction when the work fails', async () => {
    replicas = new Replicas(primary.dataSource, [AWAY]);
    expect((await inSnapshot()).name).toBe(nameOf(one!));
    expect(told).toHaveLength(1);
    await expect(replicas.inSnapshot((snapshot) => snapshot.query('select 1 / 0'))).rejects.toThrow(
      'by zero',
    );
    await expect(replicas.inSnapshot((snapshot) => snapshot.query(`create table t (i int)`))).rejects.toThrow(
      'read-only transaction',
    );
    expect(await transactionsUnderWay()).toEqual([]);
  });

  const transactionsUnderWay = () =>
    primary.dataSource.query<unknown[]>(
      `select state, query from pg_stat_activity
        where datname = any($1) and state like 'idle in transaction%'`,
      [[nameOf(one!), nameOf(two!)]],
    );

  it('are disconnected when the application shuts down', async () => {
    open(two!.url);
    await ask(1);
    expect(await sessions()).toBe(1);
    await replicas.onApplicationShutdown();
    await eventually('no session is left', async () => (await sessions()) === 0);
    open();
  });

  function endSessionsWhileThisProcessWaits(database: string): void {
    const script = `
      import pg from 'pg';
      const client = new pg.Client(${JSON.stringify(one!.url)});
      await client.connect();
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', ['${database}']);
      await client.end();`;
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'pipe' });
  }

  async function sessions(): Promise<number> {
    const [row] = await primary.dataSource.query<{ count: number }[]>(
      'select count(*) as count from pg_stat_activity where datname = $1',
      [nameOf(two!)],
    );
    return row!.count;
  }
});
