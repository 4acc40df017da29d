import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  migrateDown,
  migrateUp,
  migrationStatus,
  UnknownSchema,
} from '../../../src/shared/persistence/migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

const missing = async () =>
  (await migrationStatus(database.url)).filter(({ state }) => state === 'missing').map(({ name }) => name);

it('The newest migration of a schema can be taken back, and applied again', async () => {
  expect(await missing()).toEqual([]);

  const undone = await migrateDown(database.url, 'event_log');
  expect(undone).toMatchObject({ schema: 'event_log' });
  expect(await missing()).toEqual([undone!.name]);

  expect(await migrateUp(database.url)).toEqual([undone]);
  expect(await missing()).toEqual([]);
});

it('Every migration of a schema can be taken back, down to nothing', async () => {
  const ofBatches = (await migrationStatus(database.url)).filter(({ schema }) => schema === 'batches');
  for (const { name } of ofBatches.reverse()) {
    expect(await migrateDown(database.url, 'batches')).toEqual({ schema: 'batches', name });
  }
  expect(await migrateDown(database.url, 'batches')).toBeNull();
});

it('A schema that nobody knows is told from the ones there are', async () => {
  await expect(migrateDown(database.url, 'stock')).rejects.toThrow(UnknownSchema);
});
