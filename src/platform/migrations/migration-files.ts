import { hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each folder in here is one owner's migrations, and its name is that of the schema they build. */
const MIGRATIONS = fileURLToPath(new URL('../../../migrations', import.meta.url));

type MigrationClass = new () => MigrationInterface;

/** A migration, by the schema that it belongs to. */
export interface MigrationName {
  readonly schema: string;
  readonly name: string;
}

/** A migration that this version has. */
export interface Migration extends MigrationName {
  readonly kind: MigrationClass;
  readonly checksum: string;
}

/** The schemas that there are migrations of, in the order of their names. */
export async function schemas(): Promise<string[]> {
  const entries = await readdir(MIGRATIONS, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** The migrations of a schema, the oldest first. */
export async function migrationsOf(schema: string): Promise<Migration[]> {
  const files = await readdir(path.join(MIGRATIONS, schema));
  const modules = await Promise.all(
    files
      .filter((file) => /\.(?<!\.d\.)[jt]s$/.test(file))
      .sort()
      .map((file) => import(pathToFileURL(path.join(MIGRATIONS, schema, file)).href) as Promise<object>),
  );
  const kinds = modules.flatMap((module) => Object.values(module) as MigrationClass[]);
  return Promise.all(
    kinds.map(async (kind) => {
      const migration = new kind();
      return { schema, name: migration.name ?? kind.name, kind, checksum: await checksumOf(migration) };
    }),
  );
}

/**
 * SHA-256 of what a migration tells the database on its way up, in hexadecimal digits. Not of its file: that is
 * TypeScript where it is tested and JavaScript where it runs, and a comment may be put right. The way down is left out,
 * so that one with a fault can be mended.
 *
 * It is found by running the migration against nothing, so a migration is statements that are written out: what asks
 * the database first and then decides does so in SQL.
 */
export async function checksumOf(migration: Pick<MigrationInterface, 'up'>): Promise<string> {
  return hash('sha256', JSON.stringify(await statementsOf(migration)));
}

/** The tables that the migrations leave behind, each with its schema. */
export async function tablesOf(migrations: readonly Migration[]): Promise<string[]> {
  const tables = new Set<string>();
  for (const { kind } of migrations) {
    const text = (await statementsOf(new kind())).map(([statement]) => String(statement)).join(';');
    for (const [, action, names] of text.matchAll(
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

/** What a migration says on its way up, each statement with its parameters. */
async function statementsOf(migration: Pick<MigrationInterface, 'up'>): Promise<unknown[][]> {
  const statements: unknown[][] = [];
  const nobody = {
    query: (...statement: unknown[]) => {
      statements.push(statement);
      return Promise.resolve([]);
    },
  };
  await migration.up(nobody as unknown as QueryRunner);
  return statements;
}
