import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { readAllSettings } from '../../src/settings.js';
import { firstSentence, pathOf, ROOT, type Source, within } from './source.js';

/** Where settings are declared: the platform's, and those of features. */
const DECLARED = /^src\/(?:platform\/config\/settings|[^/]+\/settings\/[^/]+)\.ts$/;

/** An environment variable, and the field that is made of it. */
export interface Setting {
  readonly field: string;
  readonly variable: string;
  /** As it would be written; undefined where it has none. */
  readonly fallback: string | undefined;
  /** What `.env.example` says of it. */
  readonly meaning: string;
  /** The file that declares the field. */
  readonly declaredIn: string;
}

/** Every setting, in the order in which they are read. */
export async function settingsIn(source: Source): Promise<Setting[]> {
  const meanings = meaningsIn(await readFile(join(ROOT, '.env.example'), 'utf8'));
  const readers = source.files
    .filter((file) => DECLARED.test(pathOf(file)))
    .flatMap((file) => within(file, ts.isFunctionDeclaration))
    .filter(({ parameters }) => parameters.some(({ type }) => type?.getText() === 'SettingReader'));
  const fields = readers
    .flatMap(({ body }) => within(body!, ts.isReturnStatement))
    .flatMap(({ expression }) =>
      expression !== undefined && ts.isObjectLiteralExpression(expression)
        ? expression.properties.filter(ts.isPropertyAssignment)
        : [],
    );
  const direct = fields.flatMap((field) =>
    readsIn(field).map((read) => ({ field: field.name.getText(), declaredIn: pathOf(field), ...read })),
  );
  const rest = variables().filter((variable) => !direct.some((setting) => setting.variable === variable));
  const others = fields.filter(passesOn);
  const indirect = rest.map((variable) => {
    const field = readerOf(variable, others, source);
    return { field: field.name.getText(), declaredIn: pathOf(field), variable, fallback: undefined };
  });
  return [...direct, ...indirect].map((setting) => ({
    ...setting,
    meaning: meanings.get(setting.variable) ?? '',
  }));
}

/** Of the fields that are read elsewhere: the one whose file names the variable, or else the first. */
function readerOf(
  variable: string,
  fields: readonly ts.PropertyAssignment[],
  source: Source,
): ts.PropertyAssignment {
  const names = (field: ts.PropertyAssignment) => {
    const file = source.file(`src/platform/config/${field.name.getText().replace(/s$/, '')}-settings.ts`);
    return file?.getFullText().includes(`'${variable}'`) === true;
  };
  const reader = fields.find(names) ?? fields[0];
  if (reader === undefined) throw new Error(`What is made of ${variable} cannot be found in the code.`);
  return reader;
}

/** The names of all that is read from an environment in which nothing is set. */
function variables(): string[] {
  const asked = new Set<string>();
  const environment = new Proxy<NodeJS.ProcessEnv>({}, { get: (_, name) => void asked.add(String(name)) });
  readAllSettings(environment);
  return [...asked];
}

/** `telemetrySettings(set)` reads for itself. */
const passesOn = (field: ts.PropertyAssignment): boolean =>
  within(field, ts.isCallExpression).some(
    ({ arguments: [first, ...rest] }) => first?.getText() === 'set' && rest.length === 0,
  );

/** `host(set, 'HOST', '127.0.0.1')`, or `set('DATA_DIR') ?? '.data'` */
function readsIn(field: ts.PropertyAssignment) {
  return within(field, ts.isCallExpression).flatMap(
    ({ expression, parent, arguments: [first, name, preset] }) => {
      const [variable, fallback] =
        expression.getText() === 'set'
          ? [first, ts.isBinaryExpression(parent) ? parent.right : undefined]
          : [first?.getText() === 'set' ? name : undefined, preset];
      if (variable === undefined || !ts.isStringLiteral(variable)) return [];
      const text = fallback !== undefined && ts.isStringLiteral(fallback) ? fallback.text : undefined;
      return [{ variable: variable.text, fallback: text }];
    },
  );
}

/** What stands above each variable, or above the first one of several. */
function meaningsIn(example: string): Map<string, string> {
  const meanings = new Map<string, string>();
  for (const paragraph of example.split(/\n\s*\n/)) {
    let comment: string[] = [];
    let isNamed = false;
    for (const line of paragraph.split('\n')) {
      const variable = /^#?\s?([A-Z][A-Z\d_]+)=/.exec(line)?.[1];
      if (variable !== undefined) {
        meanings.set(variable, firstSentence(comment.join(' ').replace(/:$/, '.')));
        isNamed = true;
      } else {
        if (isNamed) comment = [];
        isNamed = false;
        comment.push(line.replace(/^#\s?/, ''));
      }
    }
  }
  return meanings;
}

/** The fields of settings that are used in a file. */
export function fieldsUsedIn(file: ts.SourceFile, source: Source): string[] {
  const taken = within(file, ts.isObjectBindingPattern).flatMap((pattern) =>
    pattern.elements.map(({ propertyName, name }) => {
      const field = (propertyName ?? name).getText();
      return { field, declaration: source.declarationOfTaken(pattern, field) };
    }),
  );
  const read = within(file, ts.isPropertyAccessExpression).map(({ name }) => ({
    field: name.text,
    declaration: source.declarationOf(name),
  }));
  return [...taken, ...read]
    .filter(({ declaration }) => declaration !== undefined && isField(declaration))
    .map(({ field }) => field);
}

/** Of the interface that declares them, or of the object that is read. */
const isField = ({ parent }: ts.Declaration): boolean =>
  (ts.isObjectLiteralExpression(parent) ||
    (ts.isInterfaceDeclaration(parent) && parent.name.text.endsWith('Settings'))) &&
  DECLARED.test(pathOf(parent));
