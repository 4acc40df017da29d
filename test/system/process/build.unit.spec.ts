import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const TOOLS = fileURLToPath(new URL('../../../tools', import.meta.url));
const ENTRY = 'dist/src/cli.js';
/** Where the program of TypeScript 7 for this platform is. */
const NATIVE = `node_modules/@typescript/typescript-${process.platform}-${process.arch}/package.json`;
/** Stands for the compiler: leaves what the real one leaves. */
const COMPILER = `import { mkdirSync, writeFileSync } from 'node:fs';
mkdirSync('dist/src', { recursive: true });
for (const file of ['dist/.tsbuildinfo', '${ENTRY}']) writeFileSync(file, 'built');`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-build-'));
  for (const each of ['build-if-changed.js', 'start'])
    await cp(join(TOOLS, each), join(folder, 'tools', each), { recursive: true });
  await write('package.json', '{"type": "module"}');
});
afterEach(() => rm(folder, { recursive: true }));

async function write(file: string, text = ''): Promise<void> {
  await mkdir(dirname(join(folder, file)), { recursive: true });
  await writeFile(join(folder, file), text);
}

async function compiler(text = COMPILER): Promise<void> {
  await write(NATIVE);
  await write('node_modules/typescript7/package.json', '{"type": "module"}');
  await write('node_modules/typescript7/bin/tsc', text);
}

const COMPILING = 'Compiling the sources, which takes a few seconds ...\n';

/** Stands for rolldown: a bundle whose programs print which build they are of, and their arguments. */
const BUNDLER = `import { readFileSync } from 'node:fs';
export const rolldown = async ({ input }) => ({
  async generate() {
    const chunk = (name) => ({ type: 'chunk', isEntry: true, fileName: name + '.js', code: readFileSync(input[name], 'utf8') });
    return { output: Object.keys(input).map(chunk) };
  },
  async close() {},
});`;

async function bundler(text = BUNDLER): Promise<void> {
  await write('node_modules/rolldown/package.json', '{"type": "module", "exports": "./index.js"}');
  await write('node_modules/rolldown/index.js', text);
}

function runTool(tool: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [tool, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function build(...args: string[]) {
  const { status, stderr } = runTool('tools/build-if-changed.js', ...args);
  return { status, stderr };
}

const start = (...args: string[]) => runTool('tools/start/start.js', ...args);

describe('The build before a start', () => {
  it('takes the build that is there if there are no sources', async () => {
    await write(ENTRY);
    expect(build()).toEqual({ status: 0, stderr: '' });
  });

  it('takes a build younger than the last change without needing the development packages', async () => {
    await write('src/main.ts');
    await write(ENTRY);
    await write('dist/.tsbuildinfo');
    const later = new Date(Date.now() + 60_000);
    await utimes(join(folder, 'dist/.tsbuildinfo'), later, later);
    expect(build()).toEqual({ status: 0, stderr: '' });
  });

  it('says in one line what to run if the development packages are missing', async () => {
    await write('src/main.ts');
    expect(build()).toEqual({
      status: 1,
      stderr:
        'Cannot build: the development packages are not installed. Run: npm ci --include=dev && npm run build; ' +
        'then npm ci --omit=dev may remove them again.\n',
    });
  });

  it('says in one line that neither a build nor the sources are there', () => {
    expect(build()).toEqual({
      status: 1,
      stderr: 'Cannot build: the sources are missing, and there is no build in dist.\n',
    });
  });

  it('shows the errors of the compiler, and no stack trace', async () => {
    await write('src/main.ts');
    await compiler(`process.stderr.write('src/main.ts: a mistake\\n'); process.exit(2);`);
    expect(build()).toEqual({
      status: 1,
      stderr: `${COMPILING}src/main.ts: a mistake\nCannot build: the compiler has found the errors above.\n`,
    });
  });

  it('compiles when a source has changed, and not again before the next change', async () => {
    await write('src/main.ts');
    await compiler();
    expect(build()).toEqual({ status: 0, stderr: COMPILING });
    await write(ENTRY, 'left alone');
    expect(build()).toEqual({ status: 0, stderr: '' });
    expect(await readFile(join(folder, ENTRY), 'utf8')).toBe('left alone');
    const later = new Date(Date.now() + 60_000);
    await utimes(join(folder, 'src/main.ts'), later, later);
    build();
    expect(await readFile(join(folder, ENTRY), 'utf8')).toBe('built');
  });

  it('compiles with TypeScript 6 if TypeScript 7 has no program for this platform', async () => {
    await write('src/main.ts');
    await compiler(`process.exit(1)`);
    await rm(join(folder, dirname(NATIVE)), { recursive: true });
    await write('node_modules/typescript/package.json', '{"type": "module"}');
    await write('node_modules/typescript/lib/tsc.js', COMPILER);
    expect(build()).toEqual({ status: 0, stderr: COMPILING });
  });

  it('leaves the console as it was built', async () => {
    await write('src/main.ts');
    await write('dist/console/index.html', 'the console');
    await compiler();
    expect(build()).toEqual({ status: 0, stderr: COMPILING });
    expect(await readFile(join(folder, 'dist/console/index.html'), 'utf8')).toBe('the console');
  });

  it('leaves nothing of an earlier build when asked to start clean', async () => {
    await write('src/main.ts');
    await write('dist/src/deleted.js');
    await compiler();
    expect(build('--clean')).toEqual({ status: 0, stderr: COMPILING });
    await expect(readFile(join(folder, 'dist/src/deleted.js'))).rejects.toThrow('ENOENT');
  });
});

describe('A start from a clone', () => {
  /** Prints from where it runs, and its arguments. */
  const PROGRAM = `console.log(process.argv.slice(1).join(' ').replaceAll('\\\\', '/').split('dist/')[1]);`;

  beforeEach(async () => {
    await write('src/main.ts');
    await write('dist/src/main.js', PROGRAM);
    await write('dist/src/cli.js', PROGRAM);
    await write('dist/.tsbuildinfo');
  });

  it('runs the bundle with its arguments, and bundles again only after a change', async () => {
    await bundler();
    expect(start('cli', '--help')).toEqual({ status: 0, stdout: 'bundle/cli.js --help\n', stderr: '' });
    await write('dist/bundle/main.js', `console.log('left alone');`);
    expect(start('main').stdout).toBe('left alone\n');
    const later = new Date(Date.now() + 60_000);
    await utimes(join(folder, 'dist/.tsbuildinfo'), later, later);
    expect(start('main').stdout).toBe('bundle/main.js\n');
  });

  it('runs what was compiled if the bundler is not installed', () => {
    expect(start('main', 'x')).toEqual({ status: 0, stdout: 'src/main.js x\n', stderr: '' });
  });

  it('runs what was compiled if the bundler fails, and says so in one line', async () => {
    await bundler(`export const rolldown = () => Promise.reject(new Error('no such file'));`);
    expect(start('main')).toEqual({
      status: 0,
      stdout: 'src/main.js\n',
      stderr: 'Starting without a bundle, which takes longer: no such file\n',
    });
  });

  it('does not run what could not be compiled', async () => {
    await rm(join(folder, 'dist'), { recursive: true });
    expect(start('main')).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Cannot build: .+\n$/),
    });
  });
});
