import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../../../testing/eventually.js';
import { childEnvironment } from '../../../testing/child-environment.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

// It is packed, unpacked, and makes a database.
jest.setTimeout(120_000);

let folder: string;
let files: string[];
let service: ChildProcess | undefined;

/** As `npm install` of the package leaves a folder, but that the dependencies are those of the project. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-package-'));
  // PostgreSQL may run under another account.
  await chmod(folder, 0o711);
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const archive = join(folder, (await run('npm', packing, { cwd: ROOT })).stdout.trim());
  files = (await run('tar', ['-tzf', archive])).stdout.trim().split('\n');
  const place = join(folder, 'node_modules/earmark');
  await mkdir(place, { recursive: true });
  await run('tar', ['-xzf', archive, '-C', place, '--strip-components=1']);
  await symlink(join(ROOT, 'node_modules'), join(place, 'node_modules'));
  const { bin } = JSON.parse(await readFile(join(place, 'package.json'), 'utf8')) as {
    bin: { earmark: string };
  };
  await chmod(join(place, bin.earmark), 0o755);
  await mkdir(join(folder, 'node_modules/.bin'));
  await symlink(join(place, bin.earmark), join(folder, 'node_modules/.bin/earmark'));
});
afterEach(() => void service?.kill('SIGKILL'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const npx = (...args: string[]) =>
  run('npx', ['earmark', ...args], { cwd: folder, env: { ...childEnvironment() } });

describe('The package', () => {
  it('holds the program and its documentation, and nothing else', () => {
    const top = new Set(files.map((file) => file.replace(/^package\//, '').split('/')[0]));
    expect([...top].sort()).toEqual(
      ['.env.example', 'CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'migrations', 'package.json'].sort(),
    );
    const within = (folder: string) => files.filter((file) => file.startsWith(`package/${folder}/`));
    expect(within('dist').filter((file) => !/^package\/dist\/src\/.+\.js(on)?$/.test(file))).toEqual([]);
    expect(within('dist')).toContain('package/dist/src/main.js');
    expect(within('migrations').filter((file) => !file.endsWith('.sql'))).toEqual([]);
    expect(within('migrations')).toContain('package/migrations/broker/1763650000000-broker.up.sql');
  });

  it('has a program that `npx earmark` runs, and that prints its version and its help', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect((await npx('--version')).stdout).toBe(`${version}\n`);
    // npx itself takes longer than the program: what it starts is enough here.
    const help = await run(join(folder, 'node_modules/.bin/earmark'), ['--help'], {
      cwd: folder,
      env: { ...childEnvironment() },
    });
    expect(help.stdout).toMatch(/^Usage: earmark \[options\] \[command\]\n/);
  });

  it('starts the service with its own PostgreSQL in .data of the working folder', async () => {
    service = spawn(join(folder, 'node_modules/.bin/earmark'), ['start'], {
      cwd: folder,
      env: { ...childEnvironment(), NODE_ENV: 'production', PORT: '0' },
    });
    let said = '';
    service.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    service.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    let url: string | undefined;
    await eventually(
      'it serves',
      () => (url = /The API is at (\S+)\/v1/.exec(said)?.[1]) !== undefined,
      90_000,
    );
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    await access(join(folder, '.data/postgres'));
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
  });
});
