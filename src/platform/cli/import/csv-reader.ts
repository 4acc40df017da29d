import { withFormula } from '../formulas.js';
import { BadRow, withValues } from './bad-row.js';
import type { Columns, NamedColumn, RowReader } from './columns.js';
import { cellsOf } from './csv.js';
import { readHeader, type Header } from './header.js';
import type { Numbering } from './numbering.js';

/**
 * The reader of a CSV file with this header, and the columns that it has.
 * @param numbering makes references of one file differ
 * @throws {InvalidHeader}
 */
export function csvReader<Row extends object>(
  columns: Columns<Row>,
  line: string,
  separator = ',',
  numbering?: Numbering,
): { read: RowReader<Row>; present: readonly NamedColumn[] } {
  const header = readHeader(columns, line, separator);
  // In a file of rejects the rows have their numbers.
  const numbered = header.isRejects ? undefined : numbering;
  const present = header.columns.filter((column) => column !== null);
  const read = (row: string): Row => {
    const cells = cellsOf(row, separator);
    if (!cells) throw new BadRow('malformed-row', unreadable(row) ?? QUOTES);
    refuseUnmended(header, cells);
    const values = new Map<NamedColumn, unknown>();
    header.columns.forEach((column, i) => {
      const cell = cells[i];
      if (column === null || cell === undefined) return;
      const value = column.value.parse(withFormula(cell));
      values.set(column, numbered?.field === column.field && cell !== '' ? numbered.next(cell) : value);
    });
    if (cells.length !== header.columns.length) {
      throw new BadRow('malformed-row', unreadable(row) ?? wrongNumber(header, cells));
    }
    try {
      return columns.row(values);
    } catch (error) {
      const why = unreadable(row);
      if (why !== undefined) throw new BadRow('malformed-row', why);
      throw withValues(error, () =>
        Object.fromEntries([...values].map(([{ name }, value]) => [name, value])),
      );
    }
  };
  return { read, present };
}

const QUOTES =
  'The quotes do not match: a value in quotes ends on its own line, and a quote within it is doubled.';

/** What spoils a line as a whole; looked for only if its row cannot be read. */
function unreadable(line: string): string | undefined {
  if (line.includes('\0')) return 'The row has NUL bytes, which no text has: write the file again.';
  if (line.includes('\r')) return 'The row has a carriage return (CR) in it: end each line with LF or CRLF.';
  return undefined;
}

function wrongNumber({ columns }: Header, cells: readonly string[]): string {
  const message = `The row has ${cells.length} columns, the header ${columns.length}.`;
  const at = columns.findIndex((column) => column?.field === 'quantity');
  const group = `${cells[at]},${cells[at + 1]}`;
  if (cells.length === columns.length + 1 && /^\d{1,3},\d{3}$/.test(group))
    return `${message} If ${group} is one number, it has a thousands separator: write digits alone.`;
  const other = cells.length === 1 && /[;\t|]/.exec(cells[0]!)?.[0];
  return other ? `${message} Its cells are separated otherwise than those of the header.` : message;
}

/** A row that could not be split was given back as it was, beside cells that are to be filled in. */
function refuseUnmended({ columns, row }: Header, cells: readonly string[]): void {
  if (row === null || !cells[row]) return;
  if (columns.some((column, i) => column !== null && cells[i])) return;
  throw new BadRow(
    'malformed-row',
    'The row is not mended: write into its cells what stands in its column row.',
    null,
    withFormula(cells[row]),
  );
}
