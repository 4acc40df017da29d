/**
 * Jest finds, reads and links each file of a package anew for every spec file, and the packages have 2,700 of them: that took
 * a fifth of the time of a spec with a database. So they are bundled once, as scripts, which `environment.mjs` compiles once in
 * each worker: as ES modules they would be compiled anew for every spec file, too.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isExternal as isExternalToService, requireWithin } from '../../tools/start/bundle.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules/.cache');
const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** `@cucumber/messages` requires it, too, and what is required cannot be an ES module before Node 24. */
const isExternal = (id) => isExternalToService(id) || /^class-transformer(?:\/|$)/.test(id);

/** What the specs and the service import; another file of one of these packages would be a second copy of its classes. */
const IMPORTED = [
  ...Object.keys(dependencies),
  '@nestjs/testing',
  'nodemailer/lib/mime-funcs',
  'pg/lib/client.js',
  'typeorm/driver/postgres/PostgresDriver.js',
].filter((name) => !isExternal(name));

/**
 * Bundles the packages unless that was done for these versions.
 * @returns the folder of the bundles, and Jest's `moduleNameMapper` from each import to what stands for its bundle
 */
export async function bundledPackages() {
  const made = createHash('sha256');
  for (const file of ['package-lock.json', 'tools/start/bundle.js', 'test/support/bundled-packages.mjs'])
    made.update(readFileSync(join(ROOT, file)));
  const folder = join(CACHE, `test-packages-${made.digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) await bundleInto(folder);
  const moduleNameMapper = Object.fromEntries(
    IMPORTED.map((name) => [`^${name.replaceAll('.', '\\.')}$`, join(folder, `${fileOf(name)}.mjs`)]),
  );
  return { folder, moduleNameMapper };
}

const fileOf = (name) => name.replace(/\.js$/, '').replaceAll('/', '.');

async function bundleInto(folder) {
  const { rolldown } = await import('rolldown');
  const bundled = await rolldown({
    input: Object.fromEntries(IMPORTED.map((name) => [fileOf(name), `${ENTRY}${name}`])),
    cwd: ROOT,
    platform: 'node',
    // As Node does.
    resolve: { mainFields: ['main'] },
    external: isExternal,
    plugins: [requireWithin, entries],
    // Nest and TypeORM ask for packages that may be missing.
    logLevel: 'silent',
  });
  mkdirSync(CACHE, { recursive: true });
  // Two runs may bundle at once: what is under the name is complete.
  const unfinished = mkdtempSync(`${folder}-`);
  const { output } = await bundled.generate({
    format: 'cjs',
    // What is imported later has to come from the spec's own modules as well.
    dynamicImportInCjs: false,
    keepNames: true,
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
  });
  await bundled.close();
  for (const { fileName, code, isEntry, exports } of output) {
    writeFileSync(join(unfinished, fileName), code);
    if (isEntry) writeFileSync(join(unfinished, fileName.replace(/cjs$/, 'mjs')), stub(fileName, exports));
  }
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

/** What a spec imports: the exports of a script that the environment has compiled once for all spec files. */
const stub = (fileName, names) => `\
import { createRequire } from 'node:module';
const exported = globalThis[Symbol.for('bundled packages')]('${fileName}', createRequire(import.meta.url));
${names.map((name, place) => `const _${place} = exported['${name}'];`).join('\n')}
export { ${names.map((name, place) => `_${place} as ${name}`).join(', ')} };
`;

const ENTRY = '\0entry:';

/** A module for each import that exports by name what Node would: of a package that is not ESM, too. */
const entries = {
  name: 'entries',
  async resolveId(id, importer) {
    if (id.startsWith(ENTRY)) return id;
    return importer?.startsWith(ENTRY) ? this.resolve(id, join(ROOT, 'package.json')) : null;
  },
  async load(id) {
    if (!id.startsWith(ENTRY)) return null;
    const name = id.slice(ENTRY.length);
    const exported = Object.keys(await import(name)).filter(
      (key) => !['__esModule', 'module.exports'].includes(key),
    );
    return `export { ${exported.join(', ')} } from '${name}';`;
  },
};
