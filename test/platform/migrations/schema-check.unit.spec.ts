import { beforeAll, describe, expect, it } from '@jest/globals';
import { EntityManager } from 'typeorm';
import type { Transaction } from '../../../src/kernel/domain/store.js';
import { migrationsOf, schemas } from '../../../src/platform/migrations/migration-files.js';
import { SchemaCheck } from '../../../src/platform/migrations/schema-check.js';

/** A database that answers so. */
const answering = (query: () => Promise<unknown>) =>
  Object.assign(Object.create(EntityManager.prototype) as object, { query }) as Transaction;
const failing = (code: string) => answering(() => Promise.reject(Object.assign(new Error('no'), { code })));

let all: { migration: string }[];
beforeAll(async () => {
  const migrations = (await Promise.all((await schemas()).map(migrationsOf))).flat();
  all = migrations.map(({ schema, name }) => ({ migration: `${schema} ${name}` }));
});

/** A database with these migrations. */
const having = (migrations: { migration: string }[], lack = {}) => {
  const answers = [migrations, [{ isReadOnly: false, missing: null, closed: null, ...lack }]];
  return answering(() => Promise.resolve(answers.shift()));
};

describe('The schema', () => {
  it('is complete if every migration is applied, and other ones do no harm', async () => {
    const state = new SchemaCheck();
    expect(await state.faultOf(having(all))).toBeNull();
    expect(await state.faultOf(having([...all, { migration: 'other 1' }]))).toBeNull();
  });

  it('is behind if a migration or the history is missing', async () => {
    const state = new SchemaCheck();
    expect(await state.faultOf(having(all.slice(1)))).toBe('behind');
    expect(await state.faultOf(failing('42P01'))).toBe('behind');
  });

  it.each([
    [{ isReadOnly: true }, '25006', 'it accepts no writes'],
    [{ missing: 'allocation.line' }, '42P01', 'it has no allocation.line'],
    [{ closed: 'batches.batch' }, '42501', 'the role of the service may not read batches.batch'],
  ])('has a fault if the database has %j', async (lack, code, message) => {
    expect(await new SchemaCheck().faultOf(having(all, lack))).toEqual({ code, message });
  });

  it('cannot be judged if the database does not answer', async () => {
    await expect(new SchemaCheck().faultOf(failing('57P01'))).rejects.toMatchObject({ code: '57P01' });
  });
});
