import { describe, expect, it } from '@jest/globals';
import { migrationsOf, schemas } from '../../src/platform/migrations/migration-files.js';
import { features } from '../support/features.js';

/** The tables of other features that the statements name, each with its schema. */
function foreignTables(sql: string, others: readonly string[]): string[] {
  const name = new RegExp(
    `\\b(?:from|join|into|update|table|references|only|on)\\s+("?(?:${others.join('|')})"?\\s*\\.\\s*"?\\w+"?)`,
    'gi',
  );
  return [...sql.matchAll(name)].map(([, table]) => table!);
}

const all = (await Promise.all((await schemas()).map(migrationsOf))).flat();
const owners = await features();

describe('A migration', () => {
  it.each(
    all.flatMap(({ schema, name, up, down }) => [
      [schema, name, 'up', up.sql] as const,
      [schema, name, 'down', down.sql] as const,
    ]),
  )('names no table of another feature: %s %s %s', (schema, _name, _way, sql) => {
    const others = owners.filter((owner) => owner !== schema);
    expect(foreignTables(sql, others)).toEqual([]);
  });

  it.each([
    ['alter table alpha.alpha add foreign key (beta) references beta.beta (id)', 'beta.beta'],
    ['create trigger heard after insert on beta.beta execute function event_log.heard()', 'beta.beta'],
    ['insert into alpha.alpha select id from "beta"."beta"', '"beta"."beta"'],
  ])('is caught when it names a table of another feature: %s', (sql, table) => {
    expect(foreignTables(sql, ['beta'])).toEqual([table]);
  });
});
