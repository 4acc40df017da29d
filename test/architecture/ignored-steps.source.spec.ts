import { expect, it } from '@jest/globals';
import { Linter } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { ignoredSteps } from '../../tools/lint/ignored-steps.js';

const RULE = 'earmark/ignored-steps';
const FILE = '/work.ts';
const TEXT = `
declare function change(): Generator<undefined, void, undefined>;
declare function changeIfLarge(): Generator<undefined, void, undefined> | undefined;
declare function takeAtOnce(steps: Generator<undefined, void, undefined>): void;
export function* work(): Generator<undefined, void, undefined> {
  change(); // ignored
  yield* change();
  takeAtOnce(change());
  void change(); // ignored
  changeIfLarge(); // ignored
}`;

/** A program of this file alone. */
function programOf(text: string): ts.Program {
  const options: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, strict: true };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === FILE ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : read(name, ...rest);
  return ts.createProgram([FILE], options, host);
}

it('The linter rejects a call whose steps nobody takes, and no other', () => {
  const found = new Linter({ cwd: '/' }).verify(
    TEXT,
    {
      files: ['**/*.ts'],
      languageOptions: {
        parser: tseslint.parser,
        parserOptions: { programs: [programOf(TEXT)] },
      },
      plugins: { earmark: ignoredSteps },
      rules: { [RULE]: 'error' },
    },
    FILE,
  );
  const lines = TEXT.split('\n');
  expect(found.map(({ ruleId, line }) => `${ruleId}: ${lines[line - 1]}`)).toEqual(
    lines.filter((line) => line.includes('// ignored')).map((line) => `${RULE}: ${line}`),
  );
});
