import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../testing/eventually.js';
import { childEnvironment } from '../../../testing/child-environment.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

// It is packed and installed with its dependencies, makes two databases and plays the demo.

let folder: string;
let files: string[];
let service: ChildProcess | undefined;

/** An empty folder in which the package is installed, as npm does it for somebody who allows no install scripts. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-package-'));
  // PostgreSQL may run under another account.
  await chmod(folder, 0o711);
  const packing = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const archive = join(folder, (await run('npm', packing, { cwd: ROOT })).stdout.trim());
  files = (await run('tar', ['-tzf', archive])).stdout.trim().split('\n');
  const installing = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', archive];
  await run('npm', installing, { cwd: folder, env: { ...childEnvironment() } });
});
afterEach(() => void service?.kill('SIGKILL'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const npx = (...args: string[]) =>
  run('npx', ['--no-install', 'earmark', ...args], { cwd: folder, env: { ...childEnvironment() } });

describe('The package', () => {
  it('holds the program and its documentation, and nothing else', () => {
    const top = new Set(files.map((file) => file.replace(/^package\//, '').split('/')[0]));
    expect([...top].sort()).toEqual(
      ['.env.example', 'CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'migrations', 'package.json'].sort(),
    );
    const within = (folder: string) => files.filter((file) => file.startsWith(`package/${folder}/`));
    const ofService = within('dist').filter((file) => /^package\/dist\/src\/.+\.js(on)?$/.test(file));
    const ofDemo = within('dist').filter((file) =>
      /^package\/dist\/(?:examples|testing)\/.+\.js$/.test(file),
    );
    // If it was built.
    const ofConsole = within('dist/console');
    const known = new Set([...ofService, ...ofDemo, ...ofConsole]);
    expect(within('dist').filter((file) => !known.has(file))).toEqual([]);
    expect(ofDemo.length).toBeLessThan(30);
    expect(within('dist')).toContain('package/dist/src/main.js');
    expect(within('migrations').filter((file) => !file.endsWith('.sql'))).toEqual([]);
    expect(within('migrations')).toContain('package/migrations/broker/1763650000000-broker.up.sql');
  });

  it('has a program that `npx earmark` runs, and that prints its version and its help', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect((await npx('--version')).stdout).toBe(`${version}\n`);
    // Without a command, too.
    for (const args of [['--help'], []])
      expect((await npx(...args)).stdout).toMatch(/^Usage: earmark \[options\] \[command\]\n/);
  });

  it('needs nothing that is only there for development', async () => {
    const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    const installed = await readdir(join(folder, 'node_modules'));
    const tools = ['typescript', 'jest', 'eslint', 'rolldown', 'oxlint'];
    expect(tools.filter((name) => !(name in devDependencies))).toEqual([]);
    expect(installed.filter((name) => tools.includes(name))).toEqual([]);
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
    const batch = { reference: 'PO-1', sku: 'LAMP', quantity: 10 };
    const headers = { 'content-type': 'application/json' };
    const call = { method: 'POST', headers, body: JSON.stringify(batch) };
    expect((await fetch(`${url}/v1/batches`, call)).status).toBe(201);
    expect((await npx('products')).stdout).toContain('LAMP');
    await access(join(folder, '.data/postgres'));
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
  });

  it('shows the product with nothing but itself: the demo, all of whose checks hold', async () => {
    const { stdout } = await npx('demo', '--days', '1').catch(
      (error: unknown) => error as { readonly stdout: string },
    );
    expect(stdout).toContain('✓  No batch is over-allocated');
    expect(stdout).not.toContain('✗');
  });
});
