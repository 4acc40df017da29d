import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { project } from './cruise.js';

/** Where an error is given its code: in its class, as a problem of the HTTP edge, or for a status of the framework. */
const CODE =
  /(?:readonly code = |\bProblem\(\s*\d{3},\s*|super\(\s*\d{3},\s*|^ {2}\d{3}: \{\s*code: )'([a-z-]+)'/gm;
const EXPLAINED = /explainProblem\('([a-z-]+)', \{/g;

let source: string;
beforeAll(async () => {
  const names = await readdir(join(project, 'src'), { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts'));
  source = (await Promise.all(files.map((name) => readFile(join(project, 'src', name), 'utf8')))).join('\n');
});

const matchesOf = (pattern: RegExp) => [...source.matchAll(pattern)].map(([, code]) => code!);

describe('Every problem', () => {
  it('has a text beside its error, from which its page is made: explainProblem(code, …)', async () => {
    const { FRAMEWORK_PROBLEMS } = await import('../../src/platform/http/problems/framework-problems.js');
    const ofFramework = Object.values(FRAMEWORK_PROBLEMS).flatMap((each) => (each?.text ? [each.code] : []));
    const explained = new Set([...matchesOf(EXPLAINED), ...ofFramework]);

    expect(matchesOf(CODE).length).toBeGreaterThan(80);
    expect([...new Set(matchesOf(CODE))].filter((code) => !explained.has(code))).toEqual([]);
  });

  it('that is explained can happen', () => {
    const codes = new Set(matchesOf(CODE));
    expect(matchesOf(EXPLAINED).filter((code) => !codes.has(code))).toEqual([]);
  });
});

describe('The texts of problems', () => {
  it('are whole sentences that end, with names between backticks', async () => {
    await import('../../src/app.module.js');
    const { PROBLEM_TEXTS } = await import('../../src/kernel/domain/problem-texts.js');
    expect(PROBLEM_TEXTS.size).toBeGreaterThan(70);

    const odd = [...PROBLEM_TEXTS].filter(([, { meaning, action }]) =>
      [meaning, action].some(
        (text) =>
          !/^[A-Z`].+[.]$/.test(text) ||
          /\s{2}|\.\w+\.$/.test(text) ||
          (text.match(/`/g) ?? []).length % 2 === 1 ||
          text.length > 320,
      ),
    );
    expect(odd.map(([code]) => code)).toEqual([]);
  });
});
