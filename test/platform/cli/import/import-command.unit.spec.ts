import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Columns, quantity, sku } from '../../../../src/platform/cli/import/columns.js';
import { importCommand } from '../../../../src/platform/cli/import/import-command.js';
import type { RowResult } from '../../../../src/platform/cli/import/import-rows.js';
import type { Application } from '../../../../src/platform/cli/application-runner.js';
import { DomainError } from '../../../../src/kernel/domain/errors.js';
import { runCommand } from '../../../support/run-command.js';

class Full extends DomainError {
  readonly code = 'shelf-full';
  readonly kind = 'conflict';
}

interface Thing {
  readonly name: string;
  readonly quantity: number;
}

const exitCodeWas = process.exitCode;
let folder: string;
let file: string;
let interruption: AbortController;
let accepted: Thing[];
/** Those as whom it has imported. */
let actors: string[];
let onSubmit: () => void;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'earmark-import-'));
  file = join(folder, 'things.csv');
  accepted = [];
  actors = [];
  onSubmit = () => undefined;
  interruption = new AbortController();
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.exitCode = exitCodeWas;
  await rm(folder, { recursive: true });
});

/** A second thing of a name counts as repeated; large things are refused. */
function submitThing(thing: Thing): RowResult {
  onSubmit();
  if (thing.quantity > 100) return new Full(`${thing.name} does not fit.`);
  const isNew = !accepted.some(({ name }) => name === thing.name);
  accepted.push(thing);
  return { isNew };
}

/** Imports a file of these rows. */
async function importThings(rows: readonly string[], ...options: readonly string[]) {
  await writeFile(file, ['name,quantity', ...rows].join('\n'));
  const columns = new Columns<Thing>({ name: sku, quantity });
  const submitter = () =>
    Promise.resolve((things: readonly Thing[]) => Promise.resolve(things.map(submitThing)));
  const { signal } = interruption;
  const log = {
    actAs<T>(actor: string, work: () => Promise<T>) {
      actors.push(actor);
      return work();
    },
  };
  const get = (() => log) as unknown as Application['get'];
  const described = {
    name: 'things',
    description: 'imports things',
    columns,
    keyOf: ({ name }: Thing) => name,
    submitter,
  };
  const command = importCommand(described, (work) => work({ signal, get } as Application));
  const said = await runCommand(command, file, ...options);
  return { ...said, code: process.exitCode };
}

const ROWS = ['chair,1', 'table,2', 'chair,1', 'shelf,101', 'lamp,none', 'sofa,200'];

describe('An import command', () => {
  it('prints a summary', async () => {
    const { code, stdout } = await importThings(ROWS);
    const [first, ...lines] = stdout.split('\n');
    expect(first).toMatch(/^Read 6 rows in 0:0\d \([\d,]+ rows\/s, peak memory \d+ MiB\)$/);
    expect(lines).toEqual([
      'new                                2',
      'repeated                           1',
      'rejected                           3',
      '  shelf-full                       2',
      '  validation-failed                1',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('imports in the name of its file', async () => {
    await importThings(ROWS);
    expect(actors).toEqual(['things.csv']);
  });

  it('shows each rejected row on stderr, in the order of the file', async () => {
    const { stderr } = await importThings(ROWS);
    expect(stderr).toBe(
      'line 5: shelf does not fit.\n' +
        'line 6: quantity must be a whole number from 1 to 2147483647.\n' +
        'line 7: sofa does not fit.\n',
    );
  });

  it('prints its result as JSON', async () => {
    let now = 10_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    onSubmit = () => (now += 500);
    const { stdout } = await importThings(ROWS, '--json');
    const outcome = JSON.parse(stdout) as Record<string, number>;
    expect(outcome).toEqual({
      rows: 6,
      new: 2,
      updated: 0,
      repeated: 1,
      rejected: { 'shelf-full': 2, 'validation-failed': 1 },
      isInterrupted: false,
      // Five rows are valid, and each takes 0.5 s.
      seconds: 2.5,
      rowsPerSecond: 2,
      peakMemoryMiB: expect.any(Number),
    });
    expect(outcome.peakMemoryMiB).toBeGreaterThan(20);
    expect(outcome.peakMemoryMiB).toBeLessThan(100_000);
  });

  it('writes rejected rows to the file of --rejects', async () => {
    const rejects = join(folder, 'rejects.csv');
    const { stderr } = await importThings(ROWS, '--rejects', rejects);
    expect(await readFile(rejects, 'utf8')).toBe(
      'name,quantity,line,reason,message,row\n' +
        'shelf,101,5,shelf-full,shelf does not fit.,\n' +
        'lamp,none,6,validation-failed,quantity must be a whole number from 1 to 2147483647.,\n' +
        'sofa,200,7,shelf-full,sofa does not fit.,\n',
    );
    expect(stderr).toBe('');
  });

  it('does not overwrite the imported file', async () => {
    await expect(importThings(ROWS, '--rejects', file)).rejects.toThrow('is the imported file itself');
    expect(await readFile(file, 'utf8')).toContain('chair,1');
  });
});

describe('The exit code of an import', () => {
  it.each<[string, string[], number]>([
    ['all were accepted', ['chair,1'], 0],
    ['all were repeated', ['chair,1', 'chair,1'], 0],
    ['some were refused', ['chair,1', 'shelf,101'], 0],
    ['some were invalid', ['chair,1', 'lamp,none'], 0],
    ['all were refused', ['shelf,101', 'sofa,200'], 1],
    ['all were refused or invalid', ['shelf,101', 'lamp,none'], 1],
    ['all were invalid', ['lamp', 'lamp,none', 'lamp,0'], 1],
  ])('says whether any row was accepted: %s', async (_, rows, code) => {
    expect(await importThings(rows)).toMatchObject({ code });
  });

  it('is 130 after Ctrl-C', async () => {
    interruption.abort();
    const { code, stdout } = await importThings(ROWS);
    expect(code).toBe(130);
    expect(stdout).toMatch(/^Interrupted after \d+ rows/);
  });
});
