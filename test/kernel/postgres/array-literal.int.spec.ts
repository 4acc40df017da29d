import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/kernel/postgres/data-source.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

/** Half of a pair. */
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Texts that mean something within an array among them; PostgreSQL stores no null character, and no half of a pair. */
const texts = fc.oneof(
  fc.constantFrom(
    '',
    'NULL',
    'null',
    '"',
    '\\',
    '\\"',
    '{',
    '}',
    ',',
    '{"a","b"}',
    ' a ',
    '\n',
    '\u001f',
    '\u00a0',
    '😀',
  ),
  fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !LONE_SURROGATE.test(text)),
);

describe('An array that is sent to PostgreSQL', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await freshDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.url)).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('arrives as it is, whatever texts, numbers, truths and nulls are in it', async () => {
    const orNull = <T>(values: fc.Arbitrary<T>) => fc.array(fc.option(values), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(
        orNull(texts),
        orNull(fc.maxSafeInteger()),
        orNull(fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0))),
        orNull(fc.boolean()),
        async (text, whole, double, truth) => {
          const [row] = await dataSource.query<unknown[]>(
            'select $1::text[] as text, to_json($2::bigint[]) as whole, $3::float8[] as double, $4::boolean[] as truth',
            [text, whole, double, truth],
          );
          expect(row).toEqual({ text, whole, double, truth });
        },
      ),
      { numRuns: 300 },
    );
  });

  it('may hold instants and arrays', async () => {
    const instant = new Date('2026-09-01T12:00:00.123Z');
    const [row] = await dataSource.query<unknown[]>(
      'select $1::timestamptz[] as instants, $2::text[] as nested',
      [
        [instant, null],
        [
          ['a', '"'],
          ['\\', 'NULL'],
        ],
      ],
    );
    expect(row).toEqual({
      instants: [instant, null],
      nested: [
        ['a', '"'],
        ['\\', 'NULL'],
      ],
    });
  });
});
