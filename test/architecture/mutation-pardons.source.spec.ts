import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { mutationsOf, type Mutation } from '../../tools/mutation/mutations.js';
import { faultsIn, pardonsIn, readPardons } from '../../tools/mutation/pardons.js';
import { project } from './cruise.js';

const SOURCE = `
export class Shelf {
  room(): number {
    this.look();
    if (this.isFull) return 0;
    this.look();
    return 0;
  }
}
`;
const twice = 'src/shelf.ts Shelf.room\n- this.look();\n+ ;';
const after = 'src/shelf.ts Shelf.room\n  if (this.isFull) return 0;\n- this.look();\n+ ;';

const faultsOf = (text: string) => faultsIn(pardonsIn(text, 'shelf.diff'), () => mutationsOf(SOURCE));

it('every pardon of a mutant fits exactly one place of the source', async () => {
  const pardons = await readPardons(project);
  expect(pardons.length).toBeGreaterThan(100);
  const known = new Map<string, readonly Mutation[]>();
  const mutationsIn = (path: string) => {
    const file = join(project, path);
    const mutations = known.get(path) ?? (existsSync(file) ? mutationsOf(readFileSync(file, 'utf8')) : []);
    known.set(path, mutations);
    return mutations;
  };
  expect(faultsIn(pardons, mutationsIn).join('\n')).toBe('');
});

it('a pardon whose line has changed is reported as stale', () => {
  const text = '# It only saves time.\n\nsrc/shelf.ts Shelf.room\n- this.glance();\n+ ;\n';
  expect(faultsOf(text)).toEqual([expect.stringContaining('fits no mutant')]);
});

it('a pardon that fits two places is reported until it gives the line above', () => {
  expect(faultsOf(`# It only saves time.\n\n${twice}\n`)).toEqual([expect.stringContaining('fits 2 places')]);
  expect(faultsOf(`# It only saves time.\n\n${after}\n`)).toEqual([]);
});

it('a pardon that stands twice is reported', () => {
  expect(faultsOf(`# It only saves time.\n\n${after}\n\n${after}\n`)).toEqual([
    expect.stringContaining('stands twice'),
  ]);
});

it.each([
  ['without a reason', after],
  ['without the mutated line', '# It only saves time.\n\nsrc/shelf.ts Shelf.room\n- this.look();'],
])('a pardon %s is rejected', (_what, text) => {
  expect(() => pardonsIn(text, 'shelf.diff')).toThrow('shelf.diff: src/shelf.ts Shelf.room is incomplete.');
});
