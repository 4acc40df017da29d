/**
 * Would the tests notice? Changes the rules and the kernel in one small place at a time and runs the tests that come by
 * that place: a mutant that they let live shows what nothing checks.
 *
 *   npm run mutation                                    every mutant of the domains and the kernel; hours
 *   npm run mutation -- src/allocation/domain           of these files alone
 *   npm run mutation -- --share 0.1 --seed 7            every tenth, by chance
 *   npm run mutation -- --map FILE …                    keeps there which tests run what, which takes minutes to find out;
 *                                                      those that it knows of are not run again
 *   npm run mutation -- --seconds 10 …                  no more tests for each than take so long as a rule, instead of 60
 *   npm run mutation -- --again FILE …                  those alone that FILE, what an earlier run has printed, lists
 *
 * Works on copies, one for each processor. Lists the survivors as pardons are written, and ends with 1 if there is one
 * that no pardon in tools/mutation/pardons covers.
 */
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { Random } from '../../testing/random.js';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/embedded-postgres.js';
import { mutationsOf, type Mutation } from './mutations.js';
import { covers, readPardons } from './pardons.js';
import { runSpecs, Specs } from './specs.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const MUTATED = [
  'src/allocation/domain',
  'src/batches/domain',
  'src/notifications/domain',
  'src/kernel',
  'src/platform',
  'src/vocabulary',
];
const LEFT_OUT = ['node_modules', '.git', '.data', 'coverage'];
/** Beyond twice the time that the tests take as a rule: a mutant that waits for ever is as good as killed. */
const PATIENCE_MS = 10_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    share: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    map: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    again: { type: 'string' },
  },
});

interface Mutant {
  readonly path: string;
  readonly mutation: Mutation;
}

const folder = await mkdtemp(join(tmpdir(), 'earmark-mutants-'));
// One server for all the runs of tests, which would take longer to start their own than to run.
const postgres = await startEmbeddedPostgres(join(folder, 'data'), undefined, {
  settings: { max_connections: '300', fsync: 'off' },
});
process.env.TEST_POSTGRES_URL = postgres.url;
const pardons = await readPardons(ROOT);
const killed: Mutant[] = [];
const explained: Mutant[] = [];
const survivors: Mutant[] = [];
const neverRun: Mutant[] = [];
try {
  const copies = await Promise.all(
    Array.from({ length: availableParallelism() }, (_, i) => copyTo(`copy-${i}`)),
  );
  const sources = await sourcesIn(positionals.length > 0 ? positionals : MUTATED);
  const specs = await specsFor(copies, sources);
  const mutants = await mutantsOf(sources);
  await Promise.all(copies.map((copy) => judge(copy, specs, mutants)));
} finally {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
}
process.stdout.write(
  [
    `${killed.length} killed, ${explained.length} explained, ${survivors.length} survived, ${neverRun.length} never run`,
    ...survivors.map(asHunk),
    ...(neverRun.length > 0 ? ['never run:', ...neverRun.map(asHunk)] : []),
    '',
  ].join('\n'),
);
process.exitCode = survivors.length + neverRun.length > 0 ? 1 : 0;

async function specsFor(copies: readonly string[], sources: readonly string[]): Promise<Specs> {
  const { map } = values;
  const specs = await Specs.of(copies, map === undefined ? sources : await sourcesIn(MUTATED), map);
  if (map !== undefined) await specs.save(map);
  return specs;
}

async function copyTo(name: string): Promise<string> {
  const copy = join(folder, name);
  const parts = (await readdir(ROOT)).filter((part) => !LEFT_OUT.includes(part));
  for (const part of parts) await cp(join(ROOT, part), join(copy, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

async function sourcesIn(paths: readonly string[]): Promise<string[]> {
  const found = paths.map(async (path) => {
    if (path.endsWith('.ts')) return [path];
    const files = await readdir(join(ROOT, path), { recursive: true });
    return files
      .filter((file) => file.endsWith('.ts'))
      .sort()
      .map((file) => join(path, file));
  });
  return (await Promise.all(found)).flat();
}

async function mutantsOf(sources: readonly string[]): Promise<Mutant[]> {
  const chance = new Random(Number(values.seed));
  const listed = values.again === undefined ? null : await readFile(values.again, 'utf8');
  const mutants: Mutant[] = [];
  for (const path of sources) {
    for (const mutation of mutationsOf(await readFile(join(ROOT, path), 'utf8'))) {
      const mutant = { path, mutation };
      if (listed && !listed.includes(asHunk(mutant))) continue;
      if (chance.chance(Number(values.share))) mutants.push(mutant);
    }
  }
  return mutants;
}

/** Takes mutants until none is left. */
async function judge(copy: string, specs: Specs, mutants: Mutant[]): Promise<void> {
  for (let mutant = mutants.shift(); mutant; mutant = mutants.shift()) {
    const { path, mutation } = mutant;
    const outcome = await outcomeOf(copy, specs, mutant);
    outcome.push(mutant);
    const counts = `${killed.length} killed, ${survivors.length} survived, ${mutants.length} left`;
    process.stderr.write(
      `${counts}: ${outcome === killed ? '' : 'NOT KILLED '}${path}:${mutation.line}  ${mutation.after}\n`,
    );
  }
}

async function outcomeOf(copy: string, specs: Specs, mutant: Mutant): Promise<Mutant[]> {
  const { path, mutation } = mutant;
  const { files, ms } = specs.thatRun(path, mutation.line, Number(values.seconds) * 1000);
  const source = join(copy, path);
  const built = join(copy, 'dist', path.replace(/\.ts$/, '.js'));
  const [sourceWas, builtWas] = await Promise.all([readFile(source), readFile(built)]);
  await Promise.all([writeFile(source, mutation.mutated), writeFile(built, compiled(mutation.mutated))]);
  const isKilled = files.length > 0 && !(await runSpecs(copy, files, [], 2 * ms + PATIENCE_MS));
  await Promise.all([writeFile(source, sourceWas), writeFile(built, builtWas)]);
  if (isKilled) return killed;
  if (pardons.some((pardon) => covers(pardon, path, mutation))) return explained;
  return files.length > 0 ? survivors : neverRun;
}

/** As the build does it, for the tests that start processes. */
function compiled(source: string): string {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (file) => ts.sys.readFile(file)) as {
    config: ts.TranspileOptions;
  };
  return ts.transpileModule(source, {
    compilerOptions: { ...config.compilerOptions, module: ts.ModuleKind.ESNext },
  }).outputText;
}

/** As a pardon is written. */
function asHunk({ path, mutation: { symbol, before, after } }: Mutant): string {
  return `${path} ${symbol}\n- ${before}\n+ ${after}\n`;
}
