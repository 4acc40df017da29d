import { describe, expect, it } from '@jest/globals';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { boundaries } from '../../tools/boundaries/eslint.boundaries.js';
import { project } from './cruise.js';
import { features } from '../support/features.js';
import { namesInOrder, plantedNames } from './planted-names.js';

const linter = new Linter({ cwd: project });
const parser = { files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } } as Linter.Config;
const blocks = boundaries(['alpha', 'beta']);

const said = (path: string, source: string): string[] =>
  linter
    .verify(source, [parser, ...(blocks as unknown as Linter.Config[])], { filename: path })
    .map(({ message }) => message);

const restrictions = blocks.flatMap(({ rules }) => {
  const rule = rules['no-restricted-syntax'];
  return rule === 'off' ? [] : rule.slice(1).filter((each) => typeof each !== 'string');
});

/** By one rule alone, wherever it stands. */
const isCaught = (selector: string, source: string): boolean =>
  linter.verify(source, [parser, { rules: { 'no-restricted-syntax': ['error', selector] } }], 'a.ts').length >
  0;

const plants = Object.values(plantedNames).flatMap((each) => Object.values(each));

describe('A crossing that no import shows', () => {
  describe.each(Object.entries(plantedNames))('is caught: "%s …"', (words, plants) => {
    it.each(Object.entries(plants))('%s', (_what, [path, source]) => {
      expect(said(path, source)).toEqual([expect.stringContaining(words)]);
    });
  });

  it.each(namesInOrder)('is not reported in code that keeps the boundaries: %s %s', (path, source) => {
    expect(said(path, source)).toEqual([]);
  });

  it('is reported with what to do instead', () => {
    for (const { message } of restrictions) expect(message).toMatch(/\. Instead: \w.+\.$/);
  });

  it('is caught by rules that each catch a planted violation', () => {
    const aboutAlpha = restrictions.filter(({ message }) => !message.includes("not beta's"));
    const selectors = new Set(aboutAlpha.map(({ selector }) => selector));
    const unseen = [...selectors].filter(
      (selector) => !plants.some(([, source]) => isCaught(selector, source)),
    );
    expect(unseen).toEqual([]);
  });

  it('is looked for in every feature, also in a new one', async () => {
    const guarded = boundaries().flatMap(({ files }) => files);
    for (const feature of await features()) expect(guarded).toContain(`src/${feature}/**/*.ts`);
  });
});
