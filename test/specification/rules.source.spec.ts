import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../../tools/docgen/source.js';

const FOLDER = join(ROOT, 'test/specification');
/** Some have a letter: 1b goes on with what rule 1 says. */
const numbered = (rules: string, pattern: RegExp) =>
  [...rules.matchAll(pattern)].map(([, number, rule]) => ({ number, rule }));

describe('The rules of allocation', () => {
  const features = readdirSync(FOLDER)
    .filter((file) => file.endsWith('.feature'))
    .sort()
    .map((file) => readFileSync(join(FOLDER, file), 'utf8'))
    .join('');
  const specified = numbered(features, /^Feature: Rule (\d+[a-z]?): (.+)$/gm);

  it('are the same in the comment of Product and in the headings of the specification', () => {
    const product = readFileSync(join(ROOT, 'src/allocation/domain/product.ts'), 'utf8');
    expect(specified.map(({ number }) => number)).toEqual([
      ...[
        '1',
        '1b',
        '2',
        '3',
        '4',
        '5',
        '6',
        '6b',
        '7',
        '7b',
        '8',
        '9',
        '10',
        '11',
        '12',
        '13',
        '14',
        '15',
        '16',
        '17',
        '18',
      ],
    ]);
    expect(numbered(product, /^ \* (\d+[a-z]?)\. (.+)\.$/gm)).toEqual(specified);
  });

  it('have every number that the code names', () => {
    const known = new Set(specified.map(({ number }) => number));
    const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
    const named = files
      .filter((file) => file.endsWith('.ts'))
      .flatMap((file) => {
        const text = readFileSync(join(ROOT, 'src', file), 'utf8');
        return [...text.matchAll(/\brules? (\d+[a-z]?(?:(?:, | and | to )\d+[a-z]?)*)/gi)].flatMap(
          ([, numbers]) => [...numbers!.matchAll(/\d+[a-z]?/g)].map(([number]) => ({ file, rule: number })),
        );
      });
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ rule }) => !known.has(rule))).toEqual([]);
  });
});
