import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import {
  checksumOf,
  migrationsOf,
  schemas,
  type Migration,
} from '../../src/platform/migrations/migration-files.js';
import { changedSince, MigrationChanged } from '../../src/platform/migrations/migration-history.js';

const RELEASED = new URL('released.json', import.meta.url);

describe('A released migration', () => {
  it('is never changed, as its line in released.json shows; a new one gets its own line', async () => {
    const migrations = (await Promise.all((await schemas()).map(migrationsOf))).flat();
    const released = JSON.parse(await readFile(RELEASED, 'utf8')) as Record<string, string>;
    const checksums = Object.fromEntries(
      migrations.map(({ schema, name, checksum }) => [`${schema} ${name}`, checksum]),
    );
    const isReleased = (name: string) => Object.hasOwn(released, name);

    const missing = Object.entries(checksums).filter(([name]) => !isReleased(name));
    expect(
      missing.map(([name, checksum]) => `Add to test/migrations/released.json: "${name}": "${checksum}"`),
    ).toEqual([]);
    const changed = Object.keys(released).filter((name) => checksums[name] !== released[name]);
    expect(changed.map((name) => `Put ${name} back and write a new migration: docs/upgrades.md`)).toEqual([]);
  });
});

describe('The checksum of a migration', () => {
  it('differs whenever a word of its file differs', () => {
    const files = [
      'create table a ()',
      'create table a ();',
      'create table b ()',
      '-- a\ncreate table a ()',
      '',
    ];
    const checksums = files.map(checksumOf);

    expect(new Set(checksums).size).toBe(files.length);
    expect(checksums[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same in a checkout with the line ends of Windows', () => {
    expect(checksumOf('create table\r\n  a ();\r\n')).toBe(checksumOf('create table\n  a ();\n'));
  });

  it('is compared with the one in the history of the database, unless that has none', () => {
    const script = { sql: '', isInTransaction: true };
    const migrationOf = (name: string): Migration => ({
      schema: 'stock',
      name,
      timestamp: 1,
      checksum: `of ${name}`,
      up: script,
      down: script,
    });
    const [first, second, third] = [migrationOf('First1'), migrationOf('Second2'), migrationOf('Third3')];
    const applied = [
      { name: 'First1', checksum: 'of First1' },
      { name: 'Second2', checksum: 'of another' },
      { name: 'Third3', checksum: null },
      { name: 'OfTheNextVersion4', checksum: 'of something' },
    ];

    expect(changedSince([first, second, third], applied)).toEqual([second]);
    expect(new MigrationChanged([first, second]).message).toBe(
      'Changed after it was applied: stock First1, stock Second2. Restore the file, and write a new migration for the change: docs/upgrades.md',
    );
  });
});
