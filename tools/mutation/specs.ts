import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { linesOfProcesses } from './process-coverage.js';

const LONGEST_SPEC_MS = 90_000;
/** How much likelier those next to a source are to notice. */
const FAVOUR = 5;
const KINDS = /\.(?:unit|property|source|http|int|e2e)\.spec\.ts$/;

interface Spec {
  readonly file: string;
  readonly ms: number;
  /** By source, the lines that it runs, also in processes of the built service. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
}

/** Coverage as Istanbul writes it: of V8's, each line is a statement. */
type Coverage = Record<
  string,
  {
    readonly statementMap: Record<string, { readonly start: { readonly line: number } }>;
    readonly s: Record<string, number>;
  }
>;

/** The spec files, and what each of them runs. */
export class Specs {
  readonly #specs: readonly Spec[];

  private constructor(specs: readonly Spec[]) {
    this.#specs = specs;
  }

  async save(file: string): Promise<void> {
    await writeFile(file, JSON.stringify(this.#specs));
  }

  /**
   * Runs each spec file alone and notes which lines of the sources it comes by. One that fails here, or takes too long, is
   * left out.
   * @param copies of the project, each of which runs one spec file at a time
   * @param map as `save` has left it, of the spec files that need not be run: good for as long as nothing has changed
   */
  static async of(copies: readonly string[], sources: readonly string[], map?: string): Promise<Specs> {
    const all = (await readdir(join(copies[0]!, 'test'), { recursive: true }))
      .filter((file) => KINDS.test(file))
      .map((file) => join('test', file));
    const known = map !== undefined && existsSync(map) ? await readMap(map) : [];
    const specs = known.filter(({ file }) => all.includes(file));
    const files = all.filter((file) => !specs.some((spec) => spec.file === file));
    await Promise.all(
      copies.map(async (copy) => {
        for (let file = files.shift(); file !== undefined; file = files.shift()) {
          const spec = await measure(copy, file, sources);
          process.stderr.write(`${file}: ${spec ? `${Math.round(spec.ms)} ms` : 'left out'}\n`);
          if (spec) specs.push(spec);
        }
      }),
    );
    return new Specs(specs);
  }

  /**
   * Those that run a line: first those named after the source, then the fastest, of which its neighbours may take longer.
   * @param longestMs how long they may take together, as long as nothing is wrong; the first may take longer
   */
  thatRun(
    source: string,
    line: number,
    longestMs: number,
  ): { readonly files: string[]; readonly ms: number } {
    const folder = dirname(source).replace(/^src/, 'test');
    const [name = ''] = basename(source).split('.');
    const rank = ({ file, ms }: Spec) => {
      if (basename(file).startsWith(`${name}.`)) return 0;
      return dirname(file) === folder ? ms / FAVOUR : ms;
    };
    const files: string[] = [];
    let ms = 0;
    for (const spec of this.#specs.toSorted((a, b) => rank(a) - rank(b))) {
      if (!spec.lines[source]?.includes(line)) continue;
      if (files.length > 0 && ms + spec.ms > longestMs) break;
      files.push(spec.file);
      ms += spec.ms;
    }
    return { files, ms };
  }
}

async function readMap(file: string): Promise<Spec[]> {
  return JSON.parse(await readFile(file, 'utf8')) as Spec[];
}

async function measure(copy: string, file: string, sources: readonly string[]): Promise<Spec | null> {
  const folder = await mkdtemp(join(tmpdir(), 'earmark-coverage-'));
  const processes = join(folder, 'processes');
  try {
    const began = performance.now();
    const coverage = ['--coverage', '--coverageReporters=json', `--coverageDirectory=${folder}`];
    const passes = await runSpecs(
      copy,
      [file],
      [...coverage, ...sources.map((source) => `--collectCoverageFrom=${source}`)],
      LONGEST_SPEC_MS,
      { NODE_V8_COVERAGE: processes },
    );
    if (!passes) return null;
    const written = await readFile(join(folder, 'coverage-final.json'), 'utf8');
    const ms = performance.now() - began;
    const lines = linesIn(JSON.parse(written) as Coverage, copy);
    for (const [source, run] of await linesOfProcesses(processes, copy)) {
      lines[source] = [...new Set([...(lines[source] ?? []), ...run])];
    }
    return { file, ms, lines };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function linesIn(coverage: Coverage, copy: string): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(coverage).map(([path, { statementMap, s }]) => {
      const run = Object.keys(s).filter((id) => s[id]! > 0);
      return [path.slice(copy.length + 1), run.map((id) => statementMap[id]!.start.line)];
    }),
  );
}

/** Whether all of the spec files pass within the time. */
export async function runSpecs(
  copy: string,
  files: readonly string[],
  options: readonly string[],
  patienceMs: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const jest = spawn(
    process.execPath,
    [
      '--experimental-vm-modules',
      join(copy, 'node_modules/jest/bin/jest.js'),
      '--config=test/jest.config.js',
      '--runInBand',
      '--bail',
      '--silent',
      `--testSequencer=${join(copy, 'dist/tools/mutation/ordered-sequencer.js')}`,
      `--env=${join(copy, 'dist/tools/mutation/fail-fast-environment.js')}`,
      ...options,
      '--runTestsByPath',
      ...files,
    ],
    // A group of its own, with the brokers that a test has started.
    { cwd: copy, env: { ...process.env, ...environment }, stdio: 'ignore', detached: true },
  );
  const timer = setTimeout(() => process.kill(-jest.pid!, 'SIGKILL'), patienceMs);
  const [code] = (await once(jest, 'exit')) as [number | null];
  clearTimeout(timer);
  return code === 0;
}
