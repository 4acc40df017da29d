import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { ProcessContext } from '../../../src/kernel/lifecycle/process-context.js';
import { readSettings } from '../../../src/platform/config/settings.js';
import { SessionClient } from '../../../src/kernel/postgres/session-client.js';
import { Retention } from '../../../src/platform/retention/retention.js';
import { eventually } from '../../../testing/eventually.js';

/** More than the pause between two portions. */
const A_WHILE_MS = 400;

let logged: string[];
/** The partitions that are old. */
let partitions: string[];
let query: jest.Mock<(sql: string, parameters: unknown[]) => Promise<unknown[]>>;
let counts: number[];
let retention: Retention;
beforeEach(() => {
  logged = [];
  const note = (words: unknown) => void logged.push(String(words));
  Logger.overrideLogger({ log: note, warn: note, error: note, debug: note });
  counts = [];
  partitions = [];
  query = jest.fn((sql) => {
    if (sql.includes('select name from spare')) return Promise.resolve(partitions.map((name) => ({ name })));
    if (sql.includes('drop_partition')) {
      partitions.shift();
      return Promise.resolve([]);
    }
    const pruned = counts.shift() ?? 0;
    return Promise.resolve(sql.startsWith('delete') ? [[], pruned] : [{ pruned }]);
  });
});
afterEach(() => retention.onApplicationShutdown());

/** Its connection accepts every statement that sets it up. */
function onePool(): DataSource {
  const runner = {
    manager: { query },
    connect: () => Promise.resolve(new SessionClient({})),
    query: () => Promise.resolve([{ statement: '0', lock: '0' }]),
    release: () => Promise.resolve(),
  };
  return { createQueryRunner: () => runner } as unknown as DataSource;
}

function begin(RETENTION_DAYS: string, role: ProcessContext = 'server', DEAD_LETTER_DAYS = 'off'): void {
  const dataSource = onePool();
  retention = new Retention(dataSource, readSettings({ RETENTION_DAYS, DEAD_LETTER_DAYS }), role);
  retention.onApplicationBootstrap();
}

/** How many rows each deletion reports, alternating between the log and the inbox. */
const deletes = (...rows: number[]) => void counts.push(...rows);

describe('Retention', () => {
  it('deletes portion after portion until nothing is left', async () => {
    deletes(5_000, 5_000, 7, 0, 0, 3);
    begin('30');
    await eventually('all is done', () => query.mock.calls.length >= 12);
    await wait(A_WHILE_MS);

    expect(query).toHaveBeenCalledTimes(12);
    for (const [, [days]] of query.mock.calls) expect(days).toBe(30);
    expect(logged).toEqual([
      'pruned 5000 events, 5000 inbox entries, 0 dead letters and 0 audit entries',
      'pruned 7 events, 0 inbox entries, 0 dead letters and 0 audit entries',
      'pruned 0 events, 3 inbox entries, 0 dead letters and 0 audit entries',
    ]);
  });

  it('drops partition after partition before it deletes events', async () => {
    partitions = ['event_1', 'event_2'];
    deletes(0, 0, 0, 0, 7, 0);
    begin('30');
    await eventually('the events are deleted', () => logged.length >= 5);

    expect(logged).toEqual([
      'dropped the partition event_1 of the log',
      'pruned 0 events, 0 inbox entries, 0 dead letters and 0 audit entries',
      'dropped the partition event_2 of the log',
      'pruned 0 events, 0 inbox entries, 0 dead letters and 0 audit entries',
      'pruned 7 events, 0 inbox entries, 0 dead letters and 0 audit entries',
    ]);
  });

  it('goes on with the rest if the log is in use for too long to drop a partition', async () => {
    partitions = ['event_1'];
    deletes(0, 3);
    const find = query.getMockImplementation()!;
    query.mockImplementation((sql, parameters) =>
      sql.includes('drop_partition')
        ? Promise.reject(Object.assign(new Error('canceling statement'), { code: '55P03' }))
        : find(sql, parameters),
    );
    begin('30');
    await eventually('the inbox is pruned', () => logged.length > 0);
    expect(logged).toEqual(['pruned 0 events, 3 inbox entries, 0 dead letters and 0 audit entries']);
  });

  it.each([
    ['it is off', 'off', 'server'],
    ['a command runs', '30', 'cli'],
  ] as const)('deletes nothing if %s', async (_, days, role) => {
    begin(days, role);
    await wait(A_WHILE_MS);
    expect(query).not.toHaveBeenCalled();
  });

  it('prunes dead letters by default, and nothing else', async () => {
    deletes(5_000, 3);
    const dataSource = onePool();
    retention = new Retention(dataSource, readSettings({}), 'server');
    retention.onApplicationBootstrap();
    await eventually('all is done', () => query.mock.calls.length >= 3);
    await retention.onApplicationShutdown();

    expect(query).toHaveBeenCalledTimes(3);
    for (const [sql, [days]] of query.mock.calls) {
      expect(sql).toContain('delete from broker.dead_letter');
      expect(days).toBe(90);
    }
    expect(logged).toEqual([
      'pruned 0 events, 0 inbox entries, 5000 dead letters and 0 audit entries',
      'pruned 0 events, 0 inbox entries, 3 dead letters and 0 audit entries',
    ]);
  });

  it('prunes the audit log if that is set, and nothing else', async () => {
    const dataSource = onePool();
    const settings = readSettings({ AUDIT_DAYS: '400', DEAD_LETTER_DAYS: 'off' });
    retention = new Retention(dataSource, settings, 'server');
    retention.onApplicationBootstrap();
    await eventually('it has pruned', () => query.mock.calls.length >= 1);
    await retention.onApplicationShutdown();

    expect(query.mock.calls).toEqual([[expect.stringContaining('delete from access.audit'), [400, 5_000]]]);
  });

  it('logs that it failed', async () => {
    query.mockRejectedValueOnce(new Error('away'));
    begin('30');
    await eventually('it is logged', () => logged.length > 0);
    expect(logged).toEqual(['Cannot prune old records, retrying: away']);
  });

  it('stops after the portion that it is deleting', async () => {
    let isDone = () => undefined as void;
    query.mockImplementationOnce(() => new Promise((resolve) => (isDone = () => resolve([]))));
    begin('30');
    let hasStopped = false;
    const stopped = retention.onApplicationShutdown().then(() => (hasStopped = true));
    await wait(10);
    expect(hasStopped).toBe(false);
    isDone();
    await stopped;
    await wait(A_WHILE_MS);
    expect(query).toHaveBeenCalledTimes(3);
  });
});
