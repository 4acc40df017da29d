import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** Written by the compiler, last. */
export const BUILT = join(ROOT, 'dist/.tsbuildinfo');
const ENTRY = join(ROOT, 'dist/src/cli.js');
const PROJECT = 'tsconfig.start.json';
const PACKAGES = join(ROOT, 'node_modules');
const SOURCES = [
  ...['src', 'examples', 'testing'],
  ...['package.json', 'tsconfig.json', 'tsconfig.build.json', PROJECT],
].map((source) => join(ROOT, source));

/** Milliseconds since 1970; 0: there is no such file. */
export const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/**
 * Compiles what a start needs, if a source is younger than the last build: the compiler takes seconds to find that out by
 * itself. In an installed package there is nothing to compile, and without the development packages nothing to do it with.
 * @param isClean compiles in any case, and nothing is left of what was built before
 * @throws an error whose message is for who starts the service
 */
export function buildIfChanged(isClean = false) {
  if (isClean || isBehind()) build(isClean);
}

function isBehind() {
  if (!existsSync(ENTRY)) return true;
  // What was copied without its sources is as it was built.
  if (!existsSync(join(ROOT, 'src'))) return false;
  const builtAt = changedAt(BUILT);
  return SOURCES.some((path) => isYounger(path, builtAt));
}

/** Whether a file, or anything in a folder, was changed since then. A folder is changed by what is added and removed. */
export function isYounger(path, since) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return false;
  if (found.mtimeMs > since) return true;
  return found.isDirectory() && readdirSync(path).some((name) => isYounger(join(path, name), since));
}

function build(isClean) {
  if (!existsSync(join(ROOT, 'src')))
    throw new Error('the sources are missing, and there is no build in dist.');
  const compiler = findCompiler();
  process.stderr.write('Compiling the sources, which takes a few seconds ...\n');
  if (isClean) rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  const { status, error } = spawnSync(process.execPath, [compiler, '-p', PROJECT], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (error) throw error;
  if (status !== 0) throw new Error('the compiler has found the errors above.');
  utimesSync(BUILT, new Date(), new Date());
}

/** TypeScript 7 is a program for each platform; where it is not installed, TypeScript 6 does the same in ten times the time. */
function findCompiler() {
  const native = join(PACKAGES, `@typescript/typescript-${process.platform}-${process.arch}`);
  const compiler = join(PACKAGES, existsSync(native) ? 'typescript7/bin/tsc' : 'typescript/lib/tsc.js');
  if (existsSync(compiler)) return compiler;
  throw new Error(
    'the development packages are not installed. Run: npm ci --include=dev && npm run build; ' +
      'then npm ci --omit=dev may remove them again.',
  );
}
