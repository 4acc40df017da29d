import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mutation } from './mutations.js';

const FOLDER = 'tools/mutation/pardons';

/** A mutant that no test can kill, because nobody could see the difference. */
export interface Pardon {
  readonly path: string;
  readonly symbol: string;
  /** The line above, given only if the symbol has the same line twice. */
  readonly above: string | null;
  readonly before: string;
  readonly after: string;
  readonly because: string;
  /** Where it is written, for messages. */
  readonly place: string;
}

/**
 * The pardons of a project: one file for each room of `src`, in which a reason (`# …`) stands above the mutants that it
 * covers. Each mutant is written as its source file and symbol, the line (`- `) and what becomes of it (`+ `).
 */
export async function readPardons(root: string): Promise<Pardon[]> {
  const files = (await readdir(join(root, FOLDER), { recursive: true }))
    .filter((file) => file.endsWith('.diff'))
    .sort();
  const read = files.map(async (file) => pardonsIn(await readFile(join(root, FOLDER, file), 'utf8'), file));
  return (await Promise.all(read)).flat();
}

/** @throws if a pardon has no reason or is incomplete */
export function pardonsIn(text: string, file: string): Pardon[] {
  let because = '';
  return text
    .split(/\n{2,}/)
    .map((block) => block.trimEnd().split('\n'))
    .flatMap((lines) => {
      if (lines[0] === '') return [];
      if (lines.every((line) => line.startsWith('# '))) {
        because = lines.map((line) => line.slice(2)).join(' ');
        return [];
      }
      const [head = '', ...rest] = lines;
      const [path = '', symbol = ''] = head.split(' ');
      const lineWith = (sign: string) => rest.find((line) => line.startsWith(sign))?.slice(2) ?? null;
      const [above, before, after] = [lineWith('  '), lineWith('- '), lineWith('+ ')];
      const place = `${file}: ${head}`;
      if (because === '' || before === null || after === null) throw new Error(`${place} is incomplete.`);
      return { path, symbol, above, before, after, because, place };
    });
}

/** What is wrong with the pardons: those that fit no mutant any more or more than one, and those that stand twice. */
export function faultsIn(
  pardons: readonly Pardon[],
  mutationsIn: (path: string) => readonly Mutation[],
): string[] {
  const covered = new Set<string>();
  return pardons.flatMap((pardon) => {
    const { path, before, after, place } = pardon;
    const fitting = mutationsIn(path).filter((mutation) => covers(pardon, path, mutation));
    const change = `${place}\n  - ${before}\n  + ${after}\n  `;
    if (fitting.length === 0)
      return `${change}fits no mutant: write the line as it is now, or delete the pardon.`;
    if (fitting.length > 1) return `${change}fits ${fitting.length} places: give the line above, too.`;
    const [{ mutated }] = fitting as [Mutation];
    if (covered.has(path + mutated)) return `${change}stands twice.`;
    covered.add(path + mutated);
    return [];
  });
}

export function covers(pardon: Pardon, path: string, mutation: Mutation): boolean {
  return (
    pardon.path === path &&
    pardon.symbol === mutation.symbol &&
    pardon.before === mutation.before &&
    pardon.after === mutation.after &&
    (pardon.above === null || pardon.above === mutation.above)
  );
}
