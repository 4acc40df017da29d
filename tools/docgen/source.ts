import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Of the project. Compiled code stands a folder deeper than its source. */
export const ROOT = ['../..', '../../..']
  .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
  .find((folder) => existsSync(join(folder, 'package.json')))!;

/** The code under `src`, as it is written: what is lost once it runs stands here, comments before all. */
export class Source {
  readonly files: readonly ts.SourceFile[];
  readonly #checker: ts.TypeChecker;

  private constructor(program: ts.Program) {
    this.files = program.getSourceFiles().filter(({ isDeclarationFile }) => !isDeclarationFile);
    this.#checker = program.getTypeChecker();
  }

  static async read(): Promise<Source> {
    const names = (await readdir(join(ROOT, 'src'), { recursive: true })).filter((name) =>
      name.endsWith('.ts'),
    );
    const files = names.sort().map((name) => join(ROOT, 'src', name));
    // Our own files alone: to read the types of every package takes ten times as long, and tells nothing here.
    const program = ts.createProgram(files, {
      noResolve: true,
      // For the types that are made of others, such as `ReturnType`.
      lib: ['lib.es5.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      experimentalDecorators: true,
      types: [],
    });
    return new Source(program);
  }

  /** The files in a folder of the project such as `src/batches/commands`, or in folders below it. */
  filesIn(folder: string): readonly ts.SourceFile[] {
    return this.files.filter((file) => pathOf(file).startsWith(`${folder}/`));
  }

  file(path: string): ts.SourceFile | undefined {
    return this.files.find((file) => pathOf(file) === path);
  }

  /** Where something is declared, whatever it is called where it is used. */
  declarationOf(node: ts.Node): ts.Declaration | undefined {
    const symbol = this.#checker.getSymbolAtLocation(node);
    if (symbol === undefined) return undefined;
    const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    const declaration = (isAlias ? this.#checker.getAliasedSymbol(symbol) : symbol).declarations?.[0];
    return declaration && ts.isBindingElement(declaration)
      ? (this.#declarationOfImported(declaration) ?? declaration)
      : declaration;
  }

  /** Of `Command` in `const { Command } = await import(…)`. */
  #declarationOfImported(element: ts.BindingElement): ts.Declaration | undefined {
    const taken = ts.findAncestor(element, ts.isVariableDeclaration)?.initializer;
    const call = taken && ts.isAwaitExpression(taken) ? taken.expression : undefined;
    if (!call || !ts.isCallExpression(call) || call.expression.kind !== ts.SyntaxKind.ImportKeyword)
      return undefined;
    const file = this.#checker.getSymbolAtLocation(call.arguments[0]!);
    const name = (element.propertyName ?? element.name).getText();
    return file?.exports?.get(ts.escapeLeadingUnderscores(name))?.declarations?.[0];
  }

  /** The declaration of what `{ name } = …` takes out of a value. */
  declarationOfTaken(pattern: ts.ObjectBindingPattern, name: string): ts.Declaration | undefined {
    return this.#checker.getTypeAtLocation(pattern).getProperty(name)?.declarations?.[0];
  }
}

/** Relative to the project, with slashes. */
export const pathOf = (node: ts.Node): string =>
  relative(ROOT, node.getSourceFile().fileName).replaceAll('\\', '/');

/** Every node of a kind within another one. */
export function within<N extends ts.Node>(node: ts.Node, isWanted: (node: ts.Node) => node is N): N[] {
  const found: N[] = [];
  const visit = (child: ts.Node): void => {
    if (isWanted(child)) found.push(child);
    ts.forEachChild(child, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}

/** The comment on a declaration, on one line; empty where it has none. */
export function commentOn(node: ts.Node): string {
  const comment = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc)?.comment;
  return (ts.getTextOfJSDocComment(comment) ?? '').replace(/\s+/g, ' ').trim();
}

export const sentenceOn = (node: ts.Node): string => firstSentence(commentOn(node));

export const firstSentence = (line: string): string => /^.*?(?<!\be\.g)[.?!](?= |$)/.exec(line)?.[0] ?? line;

export interface Import {
  /** The names that are imported. */
  readonly names: readonly string[];
  /** The path of a file of ours, or the name of a package. */
  readonly from: string;
  readonly isPackage: boolean;
}

export function importsOf(file: ts.SourceFile): Import[] {
  return file.statements.filter(ts.isImportDeclaration).map(({ importClause, moduleSpecifier }) => {
    const from = (moduleSpecifier as ts.StringLiteral).text;
    const bindings = importClause?.namedBindings;
    const names =
      bindings !== undefined && ts.isNamedImports(bindings)
        ? bindings.elements.map(({ propertyName, name }) => (propertyName ?? name).text)
        : [];
    return from.startsWith('.')
      ? { names, from: posix.join(dirname(pathOf(file)), from).replace(/\.js$/, '.ts'), isPackage: false }
      : { names, from: /^(@[^/]+\/)?[^/]+/.exec(from)![0], isPackage: true };
  });
}
