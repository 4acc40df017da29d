import { beforeAll, describe, expect, it } from '@jest/globals';
import { EntityManager } from 'typeorm';
import type { Transaction } from '../../../src/shared/domain/store.js';
import { migrationsOf, schemas } from '../../../src/shared/persistence/migration-files.js';
import { SchemaState } from '../../../src/shared/persistence/schema-state.js';

/** A database that answers so. */
const answering = (query: () => Promise<unknown>) =>
  Object.assign(Object.create(EntityManager.prototype) as object, { query }) as Transaction;
const failing = (code: string) => answering(() => Promise.reject(Object.assign(new Error('no'), { code })));

let all: { migration: string }[];
beforeAll(async () => {
  const migrations = (await Promise.all((await schemas()).map(migrationsOf))).flat();
  all = migrations.map(({ schema, name }) => ({ migration: `${schema} ${name}` }));
});

describe('The schema', () => {
  it('is there where every migration is, whatever others have added', async () => {
    const state = new SchemaState();
    expect(await state.isBehind(answering(() => Promise.resolve(all)))).toBe(false);
    expect(await state.isBehind(answering(() => Promise.resolve([...all, { migration: 'other 1' }])))).toBe(
      false,
    );
  });

  it('is behind where one is missing, or where nothing is known of any', async () => {
    const state = new SchemaState();
    expect(await state.isBehind(answering(() => Promise.resolve(all.slice(1))))).toBe(true);
    expect(await state.isBehind(failing('42P01'))).toBe(true);
  });

  it('cannot be told where the database does not answer', async () => {
    await expect(new SchemaState().isBehind(failing('57P01'))).rejects.toMatchObject({ code: '57P01' });
  });
});
