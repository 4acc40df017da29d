import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { packageRoot } from '../config/package-json.js';
import checksumsBeforeSql from './checksums-before-sql.json' with { type: 'json' };

/** Each folder in here is one owner's migrations, and its name is that of the schema they build. */
const MIGRATIONS = new URL('migrations/', packageRoot());

/**
 * The migrations that were TypeScript when they were released, each by the checksum of its file. Databases remember them
 * by another one, of the statements in that TypeScript, and versions of that time expect it there.
 */
const REMEMBERED_AS = new Map(
  Object.values(checksumsBeforeSql).map(({ file, remembered }) => [file, remembered]),
);

export interface MigrationName {
  readonly schema: string;
  readonly name: string;
}

/** A migration that this version has. */
export interface Migration extends MigrationName {
  /** Milliseconds since 1970, by which the migrations of a schema are in order. */
  readonly timestamp: number;
  readonly checksum: string;
  readonly up: Script;
  readonly down: Script;
}

/** One way of a migration, as its file has it. */
export interface Script {
  readonly sql: string;
  /** Only outside of a transaction can an index be built beside the writers. */
  readonly isInTransaction: boolean;
}

/** The schemas that there are migrations of, in the order of their names. */
export async function schemas(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The migrations of a schema, the oldest first: `<timestamp>-<words>.up.sql`, each with its `.down.sql`. */
export async function migrationsOf(schema: string): Promise<Migration[]> {
  const files = (await readdir(new URL(`${schema}/`, MIGRATIONS))).filter((file) => file.endsWith('.up.sql'));
  return Promise.all(files.sort().map((file) => readMigration(schema, file.slice(0, -'.up.sql'.length))));
}

async function readMigration(schema: string, base: string): Promise<Migration> {
  const [up, down] = await Promise.all(
    ['up', 'down'].map((way) => readFile(new URL(`${schema}/${base}.${way}.sql`, MIGRATIONS), 'utf8')),
  );
  const [, timestamp = '', words = ''] = /^(\d+)-(.+)$/.exec(base) ?? [];
  return {
    schema,
    name: nameOf(words, timestamp),
    timestamp: Number(timestamp),
    checksum: checksumOf(up!),
    up: scriptOf(up!),
    down: scriptOf(down!),
  };
}

/** `ApiKey1763670000000` for `1763670000000-api-key`: as databases have remembered migrations from the first one on. */
const nameOf = (words: string, timestamp: string): string =>
  words.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase()) + timestamp;

const scriptOf = (file: string): Script => ({
  sql: file,
  isInTransaction: !file.startsWith('-- no-transaction'),
});

/**
 * SHA-256 of the file by which a migration goes up, in hexadecimal digits. The way down is left out, so that one with a
 * fault can be mended.
 */
export function checksumOf(file: string): string {
  const checksum = hash('sha256', file.replaceAll('\r\n', '\n'));
  return REMEMBERED_AS.get(checksum) ?? checksum;
}

/** The tables that the migrations leave behind, each with its schema. */
export function tablesOf(migrations: readonly Migration[]): string[] {
  const tables = new Set<string>();
  for (const { up } of migrations) {
    for (const [, action, names] of up.sql.matchAll(
      /\b(create|drop) table (?:if (?:not )?exists )?([\w.]+(?:, ?[\w.]+)*)/g,
    )) {
      for (const name of names!.split(/, ?/)) {
        if (action === 'create') tables.add(name);
        else tables.delete(name);
      }
    }
  }
  return [...tables];
}
