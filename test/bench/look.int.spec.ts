import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { APPEND_LOCK } from '../../src/kernel/event-log/positions.js';
import { eventually } from '../../testing/eventually.js';
import { lookAtSessions } from '../../tools/bench/look.js';
import { summed, type Doing } from '../../tools/bench/sessions.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
let observer: pg.Client;
let first: pg.Client;
let second: pg.Client;

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return client;
}

beforeAll(async () => {
  database = await freshDatabase();
  [observer, first, second] = [await connect(), await connect(), await connect()];
});
afterAll(async () => {
  await Promise.all([observer, first, second].map((client) => client.end()));
  await database.drop();
});

const LOCK_LOG = `select pg_advisory_xact_lock(${APPEND_LOCK})`;

/** Resolves once half of the sessions that have a transaction do so, and the others wait for us. */
const untilHalf = (doing: Doing) =>
  eventually(`half of the sessions ${doing}`, async () => {
    const { shares } = summed([await lookAtSessions(observer)]);
    return shares[doing] === 50 && shares['wait for the service'] === 50;
  });

describe('A look at the sessions of a database', () => {
  it('finds nothing while nobody has a transaction', async () => {
    expect(await lookAtSessions(observer)).toEqual({ isLogLocked: false, waits: {} });
  });

  it('finds who waits for the lock of the log, and that it is held', async () => {
    await first.query('begin');
    await first.query(LOCK_LOG);
    await second.query('begin');
    const locked = second.query(LOCK_LOG);

    await untilHalf('wait for the lock of the log');
    expect((await lookAtSessions(observer)).isLogLocked).toBe(true);

    await first.query('commit');
    await locked;
    await second.query('commit');
    expect((await lookAtSessions(observer)).isLogLocked).toBe(false);
  });

  it('finds who waits for a row', async () => {
    await first.query(
      `insert into allocation.product (sku, version, last_sequence, waiting) values ('CHAIR', 1, 0, 0)`,
    );
    const change = `update allocation.product set version = version + 1 where sku = 'CHAIR'`;
    await first.query('begin');
    await first.query(change);
    const changed = second.query(change);

    await untilHalf('wait for a row');

    await first.query('commit');
    await changed;
  });
});
