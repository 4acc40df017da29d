import { parseCsvLine } from '../csv.js';
import type { Columns, NamedColumn } from './columns.js';
import { InvalidFile } from './invalid-file.js';
import { shorten } from './row-reader.js';

/** The columns that a CSV file of rejects has besides those of its rows. An import ignores them. */
export const REJECT_COLUMNS: readonly string[] = ['line', 'reason', 'message', 'row'];

export interface Header {
  /** In the order of the file; null for a column that is ignored. */
  readonly columns: readonly (NamedColumn | null)[];
  /** Whether the file is a corrected file of rejects. */
  readonly isRejects: boolean;
  /** The index of the column in which a file of rejects has rows that could not be split, or null. */
  readonly rowColumn: number | null;
}

/** Cell separators by their names in messages and options. */
export const SEPARATORS = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Separator = keyof typeof SEPARATORS;

/** @throws {InvalidFile} that says what is wrong with it */
export function readHeader<Row extends object>(
  columns: Columns<Row>,
  line: string,
  separator: string,
): Header {
  const names = parseCsvLine(line, separator)?.map((name) => name.trim());
  if (!names) throw new InvalidFile('The first line has unbalanced quotes.');
  requireSeparator(columns, line, separator);
  const must = `The first line must name the columns ${columns.header}`;
  const found = names.map((name) => columns.named(name));
  if (found.every((column) => column === undefined))
    throw new InvalidFile(`${must}; it is: ${shorten(line)}`);

  const isRejects = ['line', 'reason', 'message'].every((name) => names.includes(name));
  const isExtra = (name: string) => columns.isIgnored(name) || (isRejects && REJECT_COLUMNS.includes(name));
  const unknown = names.filter((name, i) => !found[i] && !isExtra(name));
  const twice = columns.all.filter((column) => found.filter((each) => each === column).length > 1);
  const missing = columns.all.filter((column) => !('absent' in column) && !found.includes(column));
  const wrong = [
    ...missing.map(({ name }) => `${name} is missing`),
    ...unknown.map((name) => `${name === '' ? 'a column without a name' : shorten(name)} is unknown`),
    ...twice.map(({ name }) => `${name} appears twice`),
  ];
  if (wrong.length > 0) throw new InvalidFile(`${must}: ${wrong.join(', ')}.`);
  const row = isRejects ? names.indexOf('row') : -1;
  return { columns: found.map((column) => column ?? null), isRejects, rowColumn: row < 0 ? null : row };
}

/** Spreadsheets separate cells by semicolons in countries whose decimal separator is the comma. */
function requireSeparator<Row extends object>(columns: Columns<Row>, line: string, separator: string): void {
  const known = (by: string) =>
    (parseCsvLine(line, by) ?? []).filter((name) => columns.named(name.trim())).length;
  const here = known(separator);
  for (const [name, by] of Object.entries({ ...SEPARATORS, pipe: '|' })) {
    if (by === separator || known(by) <= Math.max(1, here)) continue;
    const option = name === 'comma' ? 'leave out --separator' : `add --separator ${name}`;
    const way = name === 'pipe' ? '' : `${option}, or `;
    throw new InvalidFile(`The columns are separated by ${name}s: ${way}save the file with commas.`);
  }
}
