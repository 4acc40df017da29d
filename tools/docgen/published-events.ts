import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { sorted, type Schema } from './schema.js';

/** An event as its contract has it today. */
export interface Published {
  readonly version: number;
  /** What the contract says of it. */
  readonly description?: string;
  readonly data: Schema;
}

/**
 * The events that contract files export, by file and type.
 * @throws {TypeError} where the data of one is no plain data
 */
export function publishedEvents(
  root: string,
  files: readonly string[],
): Map<string, Readonly<Record<string, Published>>> {
  const paths = new Map(files.map((file) => [file, join(root, file)]));
  const program = ts.createProgram(
    [...paths.values()].filter((path) => existsSync(path)),
    {
      strict: true,
      exactOptionalPropertyTypes: true,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      // Without those of browsers, which take most of the time and have nothing to do with an event.
      lib: ['lib.es2023.d.ts'],
      types: [],
      noEmit: true,
    },
  );
  const checker = program.getTypeChecker();
  return new Map(
    [...paths].map(([file, path]) => {
      const source = program.getSourceFile(path);
      const symbol = source && checker.getSymbolAtLocation(source);
      const exported = symbol ? checker.getExportsOfModule(symbol) : [];
      const events = exported.flatMap((each) => eventOf(each, checker));
      return [file, sorted(Object.fromEntries(events), (event) => event)];
    }),
  );
}

function eventOf(exported: ts.Symbol, checker: ts.TypeChecker): [string, Published][] {
  const event = checker.getDeclaredTypeOfSymbol(exported);
  if (event.isUnion()) return [];
  const [type, version, data] = ['type', 'version', 'data'].map((name) => {
    const property = event.getProperty(name);
    return property && checker.getTypeOfSymbol(property);
  });
  if (!type?.isStringLiteral() || !version?.isNumberLiteral() || !data) return [];
  const description = ts.displayPartsToString(exported.getDocumentationComment(checker)).replace(/\s+/g, ' ');
  return [
    [
      type.value,
      {
        version: version.value,
        ...(description !== '' && { description }),
        data: schemaOfType(data, checker, type.value),
      },
    ],
  ];
}

/** As the type goes into the log: JSON. */
function schemaOfType(type: ts.Type, checker: ts.TypeChecker, where: string): Schema {
  const parts = type.isUnion() ? type.types : [type];
  const present = parts.filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
  const schemas = present.map((part) => schemaOfPart(part, checker, where));
  const [only] = schemas;
  if (only && schemas.length === 1) return only;
  const types = [...new Set(schemas.flatMap(({ type }) => type ?? []))].sort();
  const compound = schemas.filter(({ properties, items }) => properties ?? items);
  if (compound.length > 1) throw notPlain(where, 'is one of several objects');
  const values = schemas.flatMap((schema) => schema.enum ?? []);
  // `'a' | null` is a value or null: null is told by the type.
  const isEnumerated = schemas.every((schema) => schema.enum !== undefined || schema.type?.[0] === 'null');
  return { ...compound[0], type: types, ...(isEnumerated && values.length > 0 && { enum: values.sort() }) };
}

function schemaOfPart(type: ts.Type, checker: ts.TypeChecker, where: string): Schema {
  const { flags } = type;
  if (type.isStringLiteral()) return { type: ['string'], enum: [type.value] };
  if (type.isNumberLiteral()) return { type: ['number'], enum: [type.value] };
  if (flags & ts.TypeFlags.String) return { type: ['string'] };
  if (flags & ts.TypeFlags.Number) return { type: ['number'] };
  if (flags & ts.TypeFlags.BooleanLike) return { type: ['boolean'] };
  if (flags & ts.TypeFlags.Null) return { type: ['null'] };
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return { type: ['array'], items: schemaOfType(item!, checker, `${where}[]`) };
  }
  if (!(flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) {
    throw notPlain(where, `is ${checker.typeToString(type)}`);
  }
  if (
    type.getCallSignatures().length > 0 ||
    type.getSymbol()?.valueDeclaration?.kind === ts.SyntaxKind.ClassDeclaration
  ) {
    throw notPlain(where, `is ${checker.typeToString(type)}`);
  }
  const fields = type.getProperties();
  const properties = Object.fromEntries(
    fields.map((field) => [
      field.name,
      schemaOfType(checker.getTypeOfSymbol(field), checker, `${where}.${field.name}`),
    ]),
  );
  const required = fields.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  return { type: ['object'], properties: sorted(properties, (each) => each), required: required.sort() };
}

function notPlain(where: string, what: string): TypeError {
  return new TypeError(`${where} ${what}: an event is plain data, which JSON can hold.`);
}
