/**
 * Would the tests notice? Changes the rules and the kernel in one small place at a time and runs the unit tests that
 * have to do with that file: a mutant that they let live shows what nothing checks.
 *
 *   npm run mutants                                    every mutant of the domain and the unit of work; hours
 *   npm run mutants -- src/allocation/domain           of these files alone
 *   npm run mutants -- --share 0.1 --seed 7            every tenth, by chance
 *
 * Works on a copy. Lists the survivors, and ends with 1 where there are any that mutants/equivalent.ts does not explain.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Random } from '../examples/random.js';
import { EQUIVALENT } from './equivalent.js';
import { mutationsOf, type Mutation } from './mutations.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MUTATED = [
  'src/allocation/domain',
  'src/batches/domain',
  'src/notifications/domain',
  'src/shared/domain',
  'src/shared/unit-of-work',
];
/** A mutant that waits for ever is as good as killed. */
const PATIENCE_MS = 90_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { share: { type: 'string', default: '1' }, seed: { type: 'string', default: '1' } },
});
const chance = new Random(Number(values.seed));
const copy = await mkdtemp(join(tmpdir(), 'earmark-mutants-'));
for (const part of ['src', 'test', 'migrations', 'examples', 'package.json', 'tsconfig.json'])
  await cp(join(ROOT, part), join(copy, part), { recursive: true });
await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

let killed = 0;
let explained = 0;
const survivors: string[] = [];
try {
  for (const path of await sourcesIn(positionals.length > 0 ? positionals : MUTATED)) {
    const source = await readFile(join(copy, path), 'utf8');
    for (const mutation of mutationsOf(source)) {
      if (!chance.chance(Number(values.share))) continue;
      await writeFile(join(copy, path), mutation.mutated);
      if (await isNoticed(path)) killed++;
      else if (isEquivalent(path, mutation)) explained++;
      else survivors.push(inWords(path, mutation));
      process.stderr.write(`${killed} killed, ${survivors.length} survived: ${inWords(path, mutation)}\n`);
    }
    await writeFile(join(copy, path), source);
  }
} finally {
  await rm(copy, { recursive: true, force: true });
}
process.stdout.write(
  [`${killed} killed, ${explained} explained, ${survivors.length} survived`, ...survivors, ''].join('\n'),
);
process.exitCode = survivors.length > 0 ? 1 : 0;

async function sourcesIn(paths: readonly string[]): Promise<string[]> {
  const found = paths.map(async (path) => {
    if (path.endsWith('.ts')) return [path];
    const files = await readdir(join(copy, path), { recursive: true });
    return files.filter((file) => file.endsWith('.ts')).map((file) => join(path, file));
  });
  return (await Promise.all(found)).flat().sort();
}

/** Whether a unit test that has to do with the file fails. */
async function isNoticed(path: string): Promise<boolean> {
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      join(ROOT, 'node_modules/jest/bin/jest.js'),
      '--config=test/jest.config.js',
      '--selectProjects=unit',
      '--selectProjects=property',
      '--runInBand',
      '--bail',
      '--silent',
      '--findRelatedTests',
      path,
    ],
    { cwd: copy, stdio: 'ignore' },
  );
  const timer = setTimeout(() => jest.kill('SIGKILL'), PATIENCE_MS);
  const [code] = (await once(jest, 'exit')) as [number | null];
  clearTimeout(timer);
  return code !== 0;
}

function isEquivalent(path: string, { before, after }: Mutation): boolean {
  return EQUIVALENT.some((each) => each.path === path && each.before === before && each.after === after);
}

function inWords(path: string, { line, before, after }: Mutation): string {
  return `${path}:${line}  ${before.slice(0, 70)}  ->  ${after.slice(0, 30)}`;
}
