import ts from 'typescript';
import type { Project } from './project.js';
import { code, codes, GENERATED, link, page, section, table } from './markdown.js';
import { importsOf, sentenceOn, type Source } from './source.js';
import { sorted } from './features.js';
import { tablesInWords } from './tables-in-words.js';

/** What the kernel has for the features. */
export function kernelPage(project: Project): string {
  const { features, tables } = project;
  const schemas = features.map(({ name }) => name);
  return page(
    GENERATED,
    '# The kernel',
    'What every feature stands on, in any process. It knows neither them nor what runs them.',
    section('What features take from it', table(['File', 'Has for them'], taken('src/kernel', project))),
    section('Tables', tablesInWords(tables.filter(({ schema }) => !schemas.includes(schema)))),
  );
}

/** What the platform has for the features, and what it does by itself. */
export function platformPage(project: Project): string {
  const { routes, features, settings } = project;
  const modules = features.map(({ module }) => module);
  return page(
    GENERATED,
    '# The platform',
    'What runs the features: HTTP, access, brokers, the command line, PostgreSQL, operations. It knows none of them.',
    section('What features take from it', table(['File', 'Has for them'], taken('src/platform', project))),
    section(
      'REST calls',
      table(
        ['Call', 'Scope', 'Does'],
        routes
          .filter(({ module }) => module === undefined || !modules.includes(module))
          .map(({ call, scope, summary }) => [code(call), scope === undefined ? '' : code(scope), summary]),
      ),
    ),
    section(
      'Settings',
      codes(sorted(settings.filter((s) => s.declaredIn.startsWith('src/platform/')).map((s) => s.variable))),
    ),
  );
}

/** A row for every file that a feature imports: each name with its own sentence. */
function taken(folder: string, { features, source }: Project): string[][] {
  const imports = features.flatMap(({ files }) => files.flatMap(importsOf));
  const files = sorted(imports.map(({ from }) => from).filter((from) => from.startsWith(`${folder}/`)));
  return files.map((path) => {
    const names = sorted(imports.filter(({ from }) => from === path).flatMap((each) => each.names));
    return [
      link(path.slice(folder.length + 1).replace(/\.ts$/, ''), path, `${folder}/MODULE.md`),
      names.map((name) => `${code(name)} ${exported(name, path, source)}`.trim()).join('\n'),
    ];
  });
}

/** The first sentence on what a file exports under a name. */
function exported(name: string, path: string, source: Source): string {
  const declaration = source
    .file(path)!
    .statements.find((statement) =>
      ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.some((each) => each.name.getText() === name)
        : ts.isDeclarationStatement(statement) && statement.name?.getText() === name,
    );
  return declaration === undefined ? '' : sentenceOn(declaration);
}
