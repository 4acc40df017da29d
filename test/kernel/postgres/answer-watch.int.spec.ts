import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { SessionClient, type SessionConfig } from '../../../src/kernel/postgres/session-client.js';
import { emptyDatabase, type TestDatabase } from '../../support/database.js';
import { Wire } from '../../support/wire.js';

let database: TestDatabase;
let wire: Wire;
let client: SessionClient;

beforeAll(async () => {
  database = await emptyDatabase();
  wire = await Wire.to(database.url);
});
afterEach(async () => {
  wire.thaw();
  await client.end();
});
afterAll(async () => {
  await wire.close();
  await database.drop();
});

async function connect(config: SessionConfig): Promise<void> {
  client = new SessionClient({ connectionString: wire.url, ...config });
  await client.connect();
}

const outcomes = async (statements: readonly Promise<unknown>[]) =>
  (await Promise.allSettled(statements)).map((each) =>
    each.status === 'rejected' ? (each.reason as { code?: unknown }).code : 'done',
  );

it('A silent server fails every statement of the connection, sent or waiting, and the connection is cut', async () => {
  for (const pipeline of [true, false]) {
    await connect({ pipeline, answerLimit: { ms: 300, probes: false } });
    const ended = new Promise((resolve) => client.once('end', resolve));
    wire.freeze();
    const statements = [1, 2, 3].map((n) => client.query('select $1::int', [n]));
    expect(await outcomes(statements)).toEqual(['ETIMEDOUT', 'ETIMEDOUT', 'ETIMEDOUT']);
    await ended;
    expect(await outcomes([client.query('select 1')])).not.toEqual(['done']);
    wire.thaw();
  }
});

it('A connection ends even if the server does not confirm that', async () => {
  await connect({ answerLimit: { ms: 300, probes: false } });
  wire.freeze();
  await client.end();
});

it('A long statement goes on as long as the server answers over another connection', async () => {
  await connect({ answerLimit: { ms: 300, probes: true } });
  expect(await outcomes([client.query('select pg_sleep(2)')])).toEqual(['done']);
  await client.end();

  await connect({ answerLimit: { ms: 300, probes: true } });
  const statement = client.query('select pg_sleep(60)');
  wire.freeze();
  expect(await outcomes([statement])).toEqual(['ETIMEDOUT']);
});

it('An answer may take any time as long as bytes arrive', async () => {
  await connect({ answerLimit: { ms: 1_000, probes: false } });
  const slow = `select pg_sleep(0.02), repeat('x', 10000) from generate_series(1, 100)`;
  expect(await outcomes([client.query(slow)])).toEqual(['done']);
});
