import { dirname } from 'node:path';
import ts from 'typescript';
import { commentOn, importsOf, pathOf, sentenceOn, type Source, within } from './source.js';

/** A command, a query or an event: by its name, with the first sentence that its author wrote on it. */
export interface Message {
  readonly name: string;
  readonly path: string;
  readonly sentence: string;
  /** What it takes; one that may be left out ends with `?`. */
  readonly fields: readonly string[];
}

export interface CliCommand {
  /** As it is typed. */
  readonly usage: string;
  readonly path: string;
  readonly sentence: string;
}

/** A folder of `src` with a module in it: found, never listed. */
export interface Feature {
  readonly name: string;
  readonly folder: string;
  /** The class of its Nest module. */
  readonly module: string;
  /** What its module says that it is for, of which the first sentence says it in short. */
  readonly purpose: string;
  readonly commands: readonly Message[];
  readonly queries: readonly Message[];
  /** What its contract publishes. */
  readonly events: readonly Message[];
  readonly cli: readonly CliCommand[];
  readonly files: readonly ts.SourceFile[];
}

export function featuresIn(source: Source): Feature[] {
  const modules = source.files.filter((file) =>
    /^src\/(?!(?:kernel|platform|vocabulary)\/)([^/]+)\/\1\.module\.ts$/.test(pathOf(file)),
  );
  return modules.map((file) => featureOf(file, source));
}

function featureOf(file: ts.SourceFile, source: Source): Feature {
  const folder = dirname(pathOf(file));
  const name = folder.slice('src/'.length);
  const [module] = within(file, ts.isClassDeclaration);
  const contract = source.file(`${folder}/contract/${name}.contract.ts`);
  return {
    name,
    folder,
    module: module!.name!.text,
    purpose: commentOn(module!),
    commands: messagesIn(`${folder}/commands`, 'Command', source),
    queries: messagesIn(`${folder}/queries`, 'Query', source),
    events: contract === undefined ? [] : eventsIn(contract),
    cli: source.filesIn(`${folder}/cli`).flatMap(cliCommandsIn),
    files: source.filesIn(folder),
  };
}

/** The classes in a folder that are made of `Command` or `Query`. */
function messagesIn(folder: string, made: string, source: Source): Message[] {
  const classes = source.filesIn(folder).flatMap((file) => within(file, ts.isClassDeclaration));
  return classes
    .filter(({ heritageClauses }) =>
      heritageClauses?.some(({ types }) => types.some(({ expression }) => expression.getText() === made)),
    )
    .map((kind) => ({
      name: kind.name!.text,
      path: pathOf(kind),
      sentence: sentenceOn(kind),
      fields: kind.members
        .filter(ts.isConstructorDeclaration)
        .flatMap(({ parameters }) => parameters.map(fieldOf)),
    }));
}

function fieldOf({ name, questionToken, type }: ts.ParameterDeclaration): string {
  const isOptional = questionToken !== undefined || /\bundefined\b/.test(type?.getText() ?? '');
  return `${name.getText()}${isOptional ? '?' : ''}`;
}

/**
 * What is exported under the name that it bears as an event, written in either way:
 * `type LineAllocated = AllocationEventOf<'LineAllocated', …>`, `interface LineAllocated { type: 'LineAllocated'; … }`.
 */
export function eventsIn(contract: ts.SourceFile): Message[] {
  return contract.statements
    .filter((each) => ts.isTypeAliasDeclaration(each) || ts.isInterfaceDeclaration(each))
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .filter((event) =>
      within(event, ts.isLiteralTypeNode).some(
        ({ literal, parent }) =>
          ts.isStringLiteral(literal) &&
          literal.text === event.name.text &&
          (ts.isPropertySignature(parent) ? parent.name.getText() === 'type' : parent.parent === event),
      ),
    )
    .map((event) => ({
      name: event.name.text,
      path: pathOf(event),
      sentence: sentenceOn(event),
      fields: [],
    }));
}

/** A function whose comment is what one types: `import batches FILE`. */
function cliCommandsIn(file: ts.SourceFile): CliCommand[] {
  return within(file, ts.isFunctionDeclaration).flatMap((declaration) => {
    const usage = /^`(.+)`/.exec(sentenceOn(declaration))?.[1];
    if (usage === undefined) return [];
    return [{ usage, path: pathOf(file), sentence: describedIn(declaration) }];
  });
}

/** What `--help` says of it: the second word of `command(name, description)`, or a field of that name. */
function describedIn(declaration: ts.FunctionDeclaration): string {
  const field = within(declaration, ts.isPropertyAssignment).find(
    ({ name }) => name.getText() === 'description',
  )?.initializer;
  const argument = within(declaration, ts.isCallExpression).find(
    ({ expression }) => expression.getText() === 'command',
  )?.arguments[1];
  const words = field ?? argument;
  return words !== undefined && ts.isStringLiteral(words) ? words.text : '';
}

export interface Dependencies {
  /** What it takes from the contracts of others, by the name of the feature. */
  readonly contracts: ReadonlyMap<string, readonly string[]>;
  /** The rooms of the kernel, the platform and the vocabulary that it stands on. */
  readonly kernel: readonly string[];
  readonly packages: readonly string[];
}

export function dependenciesOf(files: readonly ts.SourceFile[], folder: string): Dependencies {
  const imports = files.flatMap(importsOf);
  const ours = imports.filter(({ isPackage, from }) => !isPackage && !from.startsWith(`${folder}/`));
  const contracts = new Map<string, string[]>();
  for (const { from, names } of ours) {
    const feature = /^src\/([^/]+)\/contract\/\1\.contract\.ts$/.exec(from)?.[1];
    if (feature !== undefined) contracts.set(feature, sorted([...(contracts.get(feature) ?? []), ...names]));
  }
  return {
    contracts: new Map([...contracts].sort()),
    kernel: sorted(ours.flatMap(({ from }) => roomOf(from) ?? [])),
    packages: sorted(
      imports.flatMap(({ isPackage, from }) => (isPackage && !from.startsWith('node:') ? [from] : [])),
    ),
  };
}

/** `kernel/unit-of-work`, `platform/http`; the vocabulary is one room. */
const roomOf = (path: string): string | undefined =>
  /^src\/((?:kernel|platform)\/[^/]+|vocabulary)\//.exec(path)?.[1];

export const sorted = (names: readonly string[]): string[] => [...new Set(names)].sort();
