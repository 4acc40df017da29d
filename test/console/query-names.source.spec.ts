import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';

const SOURCES = new URL('../../console/src/', import.meta.url);
/** The name of a query that is given nothing else by which answers are told apart. */
const NAME = /\b(?:apiQuery|apiPages|newestPages|newestQuery)(?:<[^(]*>)?\(\s*'([^']+)',\s*\{\},/g;

it('gives each query of the console that has no parameters a name of its own, by which its answer is kept', async () => {
  const files = (await readdir(SOURCES, { recursive: true })).filter((name) => /\.tsx?$/.test(name));
  const names = await Promise.all(
    files.map(async (file) =>
      [...(await readFile(new URL(file, SOURCES), 'utf8')).matchAll(NAME)].map(([, name]) => name!),
    ),
  );
  const all = names.flat();

  expect(all.length).toBeGreaterThan(10);
  expect(all.filter((name, at) => all.indexOf(name) !== at)).toEqual([]);
});
