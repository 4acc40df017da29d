import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { project } from './cruise.js';

/**
 * The lines on which a source takes something called `env` out of something else. No import shows this; and
 * to ask for the name alone finds it however `process` was come by.
 */
function readsOfTheEnvironment(source: string): number[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest);
  const lines: number[] = [];
  const visit = (node: ts.Node): void => {
    if (takenName(node) === 'env')
      lines.push(file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return lines;
}

function takenName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return node.name.text;
  if (ts.isElementAccessExpression(node)) return textOf(node.argumentExpression);
  if (ts.isBindingElement(node) || ts.isImportSpecifier(node)) return textOf(node.propertyName ?? node.name);
  return undefined;
}

const textOf = (node: ts.Node): string | undefined =>
  ts.isIdentifier(node) || ts.isStringLiteralLike(node) ? node.text : undefined;

describe('The environment', () => {
  it('is read only in src/platform/config: elsewhere settings are injected, validated and listed', async () => {
    const files = (await readdir(join(project, 'src'), { recursive: true }))
      .filter((file) => file.endsWith('.ts') && !file.startsWith(join('platform', 'config')))
      .map((file) => join('src', file));
    const reads = files.map(async (file) =>
      readsOfTheEnvironment(await readFile(join(project, file), 'utf8')).map((line) => `${file}:${line}`),
    );
    expect((await Promise.all(reads)).flat()).toEqual([]);
  });

  it.each([
    `const port = process.env.PORT;`,
    `const port = process.env['PORT'];`,
    `const port = process['env'].PORT;`,
    `const port = globalThis.process?.env?.PORT;`,
    `const { env } = process;`,
    `const { env: settings } = process;`,
    `import { env } from 'node:process';`,
    `import { env as settings } from 'node:process';`,
    `import * as node from 'node:process'; const port = node.env.PORT;`,
    `const start = ({ env }: NodeJS.Process) => env.PORT;`,
  ])('is found to be read by %s', (source) => {
    expect(readsOfTheEnvironment(`// A line before.\n${source}`)).toEqual([2]);
  });

  it.each([
    `// Not process.env: see platform/config.`,
    `const hint = 'set process.env.PORT';`,
    `spawn('initdb', { env: {} });`,
  ])('is not found to be read by %s', (source) => {
    expect(readsOfTheEnvironment(source)).toEqual([]);
  });
});
