import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { othersEnded, readMarks, writtenSince } from '../../tools/bench/wal.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let observer: pg.Client;
let writer: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  [observer, writer] = [0, 1].map(() => new pg.Client({ connectionString: database.url })) as [
    pg.Client,
    pg.Client,
  ];
  await Promise.all([observer.connect(), writer.connect()]);
});
afterAll(async () => {
  await observer.end();
  await database.drop();
});

const append = (count: number, type: string) =>
  writer.query(
    `insert into event_log.event (id, type, version, key, correlation_id, data)
     select gen_random_uuid(), $2, 1, 'CHAIR', gen_random_uuid()::text, '{}' from generate_series(1, $1::int)`,
    [count, type],
  );

describe('What is written to the log', () => {
  it('is counted by the transactions that allocated lines since a moment, and in bytes', async () => {
    await append(1, 'LineAllocated');
    const marks = await readMarks(observer);
    await append(3, 'LineAllocated');
    await append(1, 'LineAllocated');
    await append(1, 'BatchRegistered');

    const { commits, walBytes } = await writtenSince(observer, marks);

    expect(commits).toBe(2);
    expect(walBytes).toBeGreaterThan(5 * 36);
  });
});

describe('The end of all other sessions', () => {
  it('is waited for', async () => {
    const happened: string[] = [];
    const ended = othersEnded(observer).then(() => happened.push('the sessions have ended'));
    await append(1, 'LineAllocated');
    happened.push('the writer ends its session');
    await writer.end();
    await ended;

    expect(happened).toEqual(['the writer ends its session', 'the sessions have ended']);
  });
});
