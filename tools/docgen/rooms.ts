import { dirname, posix } from 'node:path';
import ts from 'typescript';
import { importsOf, pathOf, type Source, within } from './source.js';

/** A folder of `src` with files in it. */
export interface Room {
  /** `kernel/unit-of-work`; `src` for the files that stand in none. */
  readonly name: string;
  /** 1 if it imports no other room, else one more than the highest that it imports. */
  readonly floor: number;
  readonly imports: readonly string[];
}

/**
 * The folders of `src` by what they import of each other.
 * @throws {Error} if two of them import each other, by whatever way
 */
export function roomsOf(source: Source): Room[] {
  const imports = new Map<string, Set<string>>();
  for (const file of source.files) {
    const room = nameOf(pathOf(file));
    const known = imports.get(room) ?? new Set();
    for (const target of targetsOf(file)) if (nameOf(target) !== room) known.add(nameOf(target));
    imports.set(room, known);
  }
  const floors = new Map<string, number>();
  const floorOf = (room: string, above: readonly string[]): number => {
    if (above.includes(room)) throw new Error(`Folders import each other: ${[...above, room].join(' → ')}`);
    const known = floors.get(room);
    if (known !== undefined) return known;
    const beneath = [...(imports.get(room) ?? [])].map((each) => floorOf(each, [...above, room]));
    const floor = Math.max(0, ...beneath) + 1;
    floors.set(room, floor);
    return floor;
  };
  return [...imports]
    .map(([name, of]) => ({ name, floor: floorOf(name, []), imports: [...of].sort() }))
    .sort((a, b) => a.floor - b.floor || (a.name < b.name ? -1 : 1));
}

const nameOf = (path: string): string => dirname(path).replace(/^src\//, '');

/** Files of ours that a file imports, also by `export … from` and `import(…)`. */
function targetsOf(file: ts.SourceFile): string[] {
  const more = [
    ...file.statements.filter(ts.isExportDeclaration).map(({ moduleSpecifier }) => moduleSpecifier),
    ...within(file, ts.isCallExpression)
      .filter(({ expression }) => expression.kind === ts.SyntaxKind.ImportKeyword)
      .map(({ arguments: [specifier] }) => specifier),
  ].flatMap((each) => (each !== undefined && ts.isStringLiteral(each) ? [each.text] : []));
  return [
    ...importsOf(file).flatMap(({ isPackage, from }) => (isPackage ? [] : [from])),
    ...more.filter((from) => from.startsWith('.')).map((from) => posix.join(dirname(pathOf(file)), from)),
  ].filter((path) => path.startsWith('src/'));
}

/** The imports of a room without those that another one of them implies: what holds it up. */
export function supportsOf(room: Room, rooms: readonly Room[]): string[] {
  const byName = new Map(rooms.map((each) => [each.name, each]));
  const reaches = (from: string, to: string): boolean =>
    byName.get(from)?.imports.some((each) => each === to || reaches(each, to)) ?? false;
  return room.imports.filter((each) => !room.imports.some((other) => other !== each && reaches(other, each)));
}
