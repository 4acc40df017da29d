import { shortened } from './shortened.js';
import type { Columns, NamedColumn } from './columns.js';
import { cellsOf } from './csv.js';
import { REJECT_COLUMNS } from './reject-marks.js';

/** The first line is not the header of such a file. */
export class InvalidHeader extends Error {}

export interface Header {
  /** In the order of the file; null for one that a file of rejects has besides. */
  readonly columns: readonly (NamedColumn | null)[];
  /** Whether it is a file of rejects that comes back. */
  readonly isRejects: boolean;
  /** Where a file of rejects has what could not be split, or null. */
  readonly row: number | null;
}

/** What may stand between two cells, by its name in messages and options. */
export const SEPARATORS = { comma: ',', semicolon: ';', tab: '\t' } as const;
export type Separator = keyof typeof SEPARATORS;

/** @throws {InvalidHeader} that says what is wrong with it */
export function readHeader<Row extends object>(
  columns: Columns<Row>,
  line: string,
  separator: string,
): Header {
  const names = cellsOf(line, separator)?.map((name) => name.trim());
  if (!names) throw new InvalidHeader('The quotes of the first line do not match.');
  refuseOtherSeparator(columns, line, separator);
  const must = `The first line must name the columns ${columns.header}`;
  const found = names.map((name) => columns.named(name));
  if (found.every((column) => column === undefined))
    throw new InvalidHeader(`${must}; it is: ${shortened(line)}`);

  const isRejects = ['line', 'reason', 'message'].every((name) => names.includes(name));
  const isExtra = (name: string) => columns.isIgnored(name) || (isRejects && REJECT_COLUMNS.includes(name));
  const unknown = names.filter((name, i) => !found[i] && !isExtra(name));
  const twice = columns.all.filter((column) => found.filter((each) => each === column).length > 1);
  const missing = columns.all.filter((column) => !('absent' in column) && !found.includes(column));
  const wrong = [
    ...missing.map(({ name }) => `${name} is missing`),
    ...unknown.map((name) => `${name === '' ? 'a column without a name' : shortened(name)} is not known`),
    ...twice.map(({ name }) => `${name} is there twice`),
  ];
  if (wrong.length > 0) throw new InvalidHeader(`${must}: ${wrong.join(', ')}.`);
  const row = isRejects ? names.indexOf('row') : -1;
  return { columns: found.map((column) => column ?? null), isRejects, row: row < 0 ? null : row };
}

/** Spreadsheets separate by semicolons in countries that write decimals with a comma. */
function refuseOtherSeparator<Row extends object>(
  columns: Columns<Row>,
  line: string,
  separator: string,
): void {
  const known = (by: string) => (cellsOf(line, by) ?? []).filter((name) => columns.named(name.trim())).length;
  const here = known(separator);
  for (const [name, by] of Object.entries({ ...SEPARATORS, pipe: '|' })) {
    if (by === separator || known(by) <= Math.max(1, here)) continue;
    const option = name === 'comma' ? 'leave out --separator' : `add --separator ${name}`;
    const way = name === 'pipe' ? '' : `${option}, or `;
    throw new InvalidHeader(`The columns are separated by ${name}s: ${way}save the file with commas.`);
  }
}
