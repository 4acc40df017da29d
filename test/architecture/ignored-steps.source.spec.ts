import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, it } from '@jest/globals';
import ts from 'typescript';
import { project } from './cruise.js';

const PLANTED = join(project, 'src/planted-steps.ts');
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

/**
 * A function that returns steps does nothing until somebody takes them: `yield* them()`, `takeAtOnce(them())`. A call whose
 * steps are ignored looks like one that works, and types allow it.
 * @returns for each such call its file, its line and its text
 */
function ignoredSteps(program: ts.Program): string[] {
  const checker = program.getTypeChecker();
  const isSteps = (type: ts.Type): boolean =>
    type.isUnion() ? type.types.some(isSteps) : type.symbol?.name === 'Generator';
  const found: string[] = [];
  for (const file of program.getSourceFiles()) {
    if (file.isDeclarationFile) continue;
    const visit = (node: ts.Node): void => {
      if (ts.isExpressionStatement(node)) {
        const called = ts.isVoidExpression(node.expression) ? node.expression.expression : node.expression;
        if (ts.isCallExpression(called) && isSteps(checker.getTypeAtLocation(called))) {
          const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
          found.push(`${relative(project, file.fileName)}:${line + 1} ${node.getText(file)}`);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return found;
}

it('No call in the project ignores the steps that it returns, and one that does is found', () => {
  const { config } = ts.readConfigFile(join(project, 'tsconfig.json'), (path) =>
    readFileSync(path, 'utf8'),
  ) as {
    config: object;
  };
  const { options, fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, project);
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, target, ...rest) =>
    name === PLANTED ? ts.createSourceFile(name, TEXT, target) : read(name, target, ...rest);

  const planted = TEXT.split('\n').flatMap((line, index) =>
    line.endsWith(' // ignored') ? [`src/planted-steps.ts:${index + 1} ${line.slice(2, -11)}`] : [],
  );
  expect(ignoredSteps(ts.createProgram([...fileNames, PLANTED], options, host))).toEqual(planted);
});
