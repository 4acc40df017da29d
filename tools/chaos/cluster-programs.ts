import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Debian puts programs that not every user has in the path. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin', ...versionsOf('/usr/lib/postgresql')];

/** What `npm run chaos -- --cluster` starts. */
export interface ClusterPrograms {
  readonly etcd: string;
  readonly patroni: string;
  readonly haproxy: string;
  /** The folder of `postgres`, `pg_basebackup`, `pg_rewind` and so on. */
  readonly postgresFolder: string;
}

/** The newest first. */
function versionsOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(folder, version, 'bin'));
}

/** @throws an error that names every program that is missing */
export function findClusterPrograms(): ClusterPrograms {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...MORE_FOLDERS];
  const missing: string[] = [];
  const find = (name: string) => {
    const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
    if (found === undefined) missing.push(name);
    return found ?? name;
  };
  const programs = { etcd: find('etcd'), patroni: find('patroni'), haproxy: find('haproxy') };
  // Some packages put `postgres` in the path without what Patroni needs beside it.
  const postgresFolder = dirname(find('pg_rewind'));
  if (missing.length > 0)
    throw new Error(
      `--cluster needs programs that are not in the PATH: ${missing.join(', ')}. ` +
        'On Debian: apt-get install etcd-server patroni haproxy postgresql',
    );
  return { ...programs, postgresFolder };
}

/** Runs a program to its end, as `ip` and `mount`; false if it fails. */
export async function succeeds(program: string, ...words: string[]): Promise<boolean> {
  return run(program, words).then(
    () => true,
    () => false,
  );
}
