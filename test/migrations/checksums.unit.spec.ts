import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { checksumOf, migrationsOf, schemas } from '../../src/platform/migrations/migration-files.js';
import { changedSince, MigrationChanged } from '../../src/platform/migrations/migration-history.js';

const RELEASED = new URL('released.json', import.meta.url);

describe('A migration that others may have applied', () => {
  it('is never changed: a new one gets a line in released.json, and keeps it', async () => {
    const migrations = (await Promise.all((await schemas()).map(migrationsOf))).flat();
    const released = JSON.parse(await readFile(RELEASED, 'utf8')) as Record<string, string>;
    const checksums = Object.fromEntries(
      migrations.map(({ schema, name, checksum }) => [`${schema} ${name}`, checksum]),
    );
    const isReleased = (name: string) => Object.hasOwn(released, name);

    const unsaid = Object.entries(checksums).filter(([name]) => !isReleased(name));
    expect(
      unsaid.map(([name, checksum]) => `Add to test/migrations/released.json: "${name}": "${checksum}"`),
    ).toEqual([]);
    const changed = Object.keys(released).filter((name) => checksums[name] !== released[name]);
    expect(changed.map((name) => `Put ${name} back and write a new migration: docs/upgrades.md`)).toEqual([]);
  });
});

describe('The checksum of a migration', () => {
  const saying = (...statements: string[]) => ({
    async up(runner: QueryRunner) {
      for (const statement of statements) await runner.query(statement);
    },
  });

  it('is that of all it says, word by word', async () => {
    const checksums = await Promise.all(
      [
        saying('create table a ()'),
        saying('create table a ();'),
        saying('create table b ()'),
        saying('create table a ()', 'create table b ()'),
        saying('create table b ()', 'create table a ()'),
        saying('create table a ()create table b ()'),
        saying(),
      ].map(checksumOf),
    );

    expect(new Set(checksums).size).toBe(checksums.length);
    expect(checksums[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is the same for the same words, whatever stands around them', async () => {
    const inAnotherWay = {
      name: 'Other1',
      up: (runner: QueryRunner) => runner.query(['create table', 'a ()'].join(' ')) as Promise<void>,
      down: () => Promise.reject(new Error('never taken back')),
    };

    expect(await checksumOf(inAnotherWay)).toBe(await checksumOf(saying('create table a ()')));
  });

  it('is told from the one that is remembered, unless none is', () => {
    class Kind {
      up = () => Promise.resolve();
      down = () => Promise.resolve();
    }
    const [first, second, third] = ['First1', 'Second2', 'Third3'].map((name) => ({
      schema: 'stock',
      name,
      kind: Kind,
      checksum: `of ${name}`,
    }));
    const applied = [
      { name: 'First1', checksum: 'of First1' },
      { name: 'Second2', checksum: 'of another' },
      { name: 'Third3', checksum: null },
      { name: 'OfTheNextVersion4', checksum: 'of whatever' },
    ];

    expect(changedSince([first!, second!, third!], applied)).toEqual([second]);
    expect(new MigrationChanged([first!, second!]).message).toBe(
      'Changed after it was applied: stock First1, stock Second2. Put it back and write a new migration: docs/upgrades.md',
    );
  });
});
