import ts from 'typescript';

/** What Nest only knows of once a module lists it: without that a class is code that nothing runs. */
const LISTED = new Set(['CommandHandler', 'QueryHandler', 'Subscription', 'Controller', 'Injectable']);

/** The classes in the sources of a feature that its module leaves out. */
export function unlistedProviders(sources: readonly string[], module: string): string[] {
  const listed = new Set(
    decoratorsIn(parse(module))
      .filter(({ name }) => name === 'Module')
      .flatMap(({ node }) => identifiersIn(node)),
  );
  return sources
    .flatMap((source) => decoratorsIn(parse(source)))
    .filter(({ name, kind }) => LISTED.has(name) && !listed.has(kind))
    .map(({ kind }) => kind);
}

const parse = (source: string) => ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);

/** Every decorator of a class, by its name and that of the class. */
function decoratorsIn(file: ts.SourceFile): { name: string; kind: string; node: ts.Decorator }[] {
  return file.statements.filter(ts.isClassDeclaration).flatMap((declaration) =>
    (ts.getDecorators(declaration) ?? []).flatMap((node) => {
      const { expression } = node;
      const name = ts.isCallExpression(expression) ? expression.expression.getText(file) : '';
      return [{ name, kind: declaration.name?.text ?? '', node }];
    }),
  );
}

function identifiersIn(node: ts.Node): string[] {
  const found = ts.isIdentifier(node) ? [node.text] : [];
  ts.forEachChild(node, (child) => void found.push(...identifiersIn(child)));
  return found;
}
