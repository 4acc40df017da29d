import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Draining } from '../../../src/platform/operations/draining.js';
import { migrateDown, migrateUp } from '../../../src/platform/migrations/migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { startService, type RunningService } from '../../support/service.js';
import { Wire } from '../../support/wire.js';

let database: TestDatabase;
let wire: Wire;
let service: RunningService;

beforeAll(async () => {
  database = await freshDatabase();
  wire = await Wire.to(database.url);
  service = await startService(wire.url);
});
afterAll(async () => {
  await service.close();
  await wire.close();
  await database.drop();
});

async function ready() {
  const { status, body } = await service.request<{ status?: string; detail?: string }>(
    'GET',
    '/health/ready',
  );
  return [status, body.detail ?? body.status];
}
const YES = [200, 'ok'];

describe('GET /health/ready', () => {
  it('answers 200 although an event is parked: everything else goes on', async () => {
    await service.get(DataSource).query(
      `insert into event_log.set_aside (subscription, position, key, state, attempts, error)
       values ('notifications.alerts', 1, 'LAMP', 'parked', 8, 'no')`,
    );
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 while a migration is missing', async () => {
    await migrateDown(database.url, 'access');
    expect(await ready()).toEqual([503, 'The database lacks a migration that this version needs.']);
    await migrateUp(database.url);
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 while a whole schema is missing', async () => {
    await service.get(DataSource).query('alter schema access rename to away');
    expect(await ready()).toEqual([503, 'The database lacks a migration that this version needs.']);
    await service.get(DataSource).query('alter schema away rename to access');
    expect(await ready()).toEqual(YES);
  });

  it('answers 200 although a newer version has added a migration', async () => {
    await service
      .get(DataSource)
      .query(`insert into batches.migration (timestamp, name) values (1999999999999, 'Next1999999999999')`);
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 while the database cannot be reached', async () => {
    await wire.shut();
    expect(await ready()).toEqual([503, 'The database does not answer.']);
    expect((await service.request('GET', '/health/live')).status).toBe(200);
    await wire.reopen();
    expect(await ready()).toEqual(YES);
  });

  it('answers 503 once the service is stopping', async () => {
    service.get(Draining).begin();
    expect(await ready()).toEqual([503, 'The service is stopping.']);
  });
});
