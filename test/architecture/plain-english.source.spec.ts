import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { project } from './cruise.js';
import { RIDDLES } from './phrases.js';

const PATTERNS = RIDDLES.map(([phrase, instead]) => {
  const words = phrase.split(' ').map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // One short word is a pronoun, which stands in lower case; `HE` may be a code.
  const flags = words.length === 1 && phrase.length < 4 ? 'g' : 'gi';
  return { pattern: new RegExp(`(?<![\\w-])${words.join('[\\s*/#\'"`+]+')}(?![\\w-])`, flags), instead };
});

it('the sources, pages and test titles are free of the phrases that readers stumbled over', () => {
  const found = [...texts()].flatMap(([file, text]) => riddlesIn(file, text));
  expect(found.map(({ where, says, instead }) => `${where}: "${says}", instead: ${instead}`)).toEqual([]);
});

it('a phrase is found with its line, across a line break and a seam of strings, and not within a word', () => {
  const text = "one\n * It is of no\n * matter.\nconst a = 'by ' +\n  'turns'; // the whole history\n";
  expect(riddlesIn('a.ts', text).map(({ where }) => where)).toEqual(['a.ts:2', 'a.ts:4']);
});

function riddlesIn(file: string, text: string) {
  return PATTERNS.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ 0: says, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return { where: `${file}:${line}`, says, instead };
    }),
  );
}

/** What people read: all sources of the service, the console and the client, `docs` and the README, and of tests what a CI log shows. */
function* texts(): Generator<[file: string, text: string]> {
  yield ['README.md', read('README.md')];
  // What is generated says what the API document says.
  for (const folder of ['src', 'console/src', 'client/src'])
    for (const file of within(folder, /(?<!\.gen)\.(?:tsx?|md)$/)) yield [file, read(file)];
  for (const file of within('docs', /\.(?:md|json|ya?ml)$/)) yield [file, read(file)];
  for (const file of within('test', /\.feature$/)) yield [file, read(file)];
  for (const file of within('test', /\.(?:spec|suite|store-suite)\.ts$/)) yield [file, titlesIn(read(file))];
}

const read = (file: string) => readFileSync(join(project, file), 'utf8');

const within = (folder: string, name: RegExp): string[] =>
  readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => name.test(file))
    .map((file) => join(folder, file));

/** A string that is followed by a function, as in `it('…', () => {`. */
const TITLE = /(['"`])((?:\\.|(?!\1).)*)\1,\s*(?:async )?(?:\(|\w+ =>|function)/g;

/** The titles of tests on their lines, all else left blank. */
function titlesIn(source: string): string {
  const lines = source.split('\n').map(() => '');
  for (const { 2: title = '', index } of source.matchAll(TITLE))
    lines[source.slice(0, index).split('\n').length - 1] += `${title}. `;
  return lines.join('\n');
}
