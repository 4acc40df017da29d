import { parseCsvLine, unescapeFormula } from '../csv.js';
import type { Columns, NamedColumn } from './columns.js';
import { readHeader, type Header } from './header.js';
import { InvalidRow, type Numbering, type RowReader } from './row-reader.js';

/**
 * The reader of a CSV file with this header, and the columns that the file has.
 * @param numbering numbers the references of a file, so that they are unique
 * @throws {InvalidFile}
 */
export function csvReader<Row extends object>(
  columns: Columns<Row>,
  line: string,
  separator = ',',
  numbering?: Numbering,
): { read: RowReader<Row>; present: readonly NamedColumn[] } {
  const header = readHeader(columns, line, separator);
  // The rows of a file of rejects are numbered already.
  const numbered = header.isRejects ? undefined : numbering;
  const present = header.columns.filter((column) => column !== null);
  const readCells = (row: string): Row => {
    const cells = parseCsvLine(row, separator);
    if (!cells) throw new InvalidRow('malformed-row', QUOTES);
    requireCorrected(header, cells);
    const values = new Map<NamedColumn, unknown>();
    header.columns.forEach((column, i) => {
      const cell = cells[i];
      if (column === null || cell === undefined) return;
      const value = column.value.parse(unescapeFormula(cell));
      values.set(column, numbered?.field === column.field && cell !== '' ? numbered.next(cell) : value);
    });
    if (cells.length !== header.columns.length)
      throw new InvalidRow('malformed-row', wrongCellCount(header, cells));
    return columns.row(values);
  };
  const read = (row: string): Row => {
    try {
      return readCells(row);
    } catch (error) {
      const why = unreadable(row);
      throw why === undefined ? error : new InvalidRow('malformed-row', why);
    }
  };
  return { read, present };
}

const QUOTES =
  'Unbalanced quotes: a quoted value must end on its line, and a quote inside it must be doubled.';

/** What makes a whole line unreadable; checked only if its row is invalid. */
function unreadable(line: string): string | undefined {
  if (line.includes('\0')) return 'The row contains NUL bytes, which are not text: export the file again.';
  if (line.includes('\r')) return 'The row contains a carriage return (CR): end each line with LF or CRLF.';
  return undefined;
}

function wrongCellCount({ columns }: Header, cells: readonly string[]): string {
  const message = `The row has ${cells.length} columns, the header has ${columns.length}.`;
  const at = columns.findIndex((column) => column?.field === 'quantity');
  const group = `${cells[at]},${cells[at + 1]}`;
  if (cells.length === columns.length + 1 && /^\d{1,3},\d{3}$/.test(group))
    return `${message} If ${group} is one number, it has a thousands separator: write digits only.`;
  const other = cells.length === 1 && /[;\t|]/.exec(cells[0]!)?.[0];
  return other ? `${message} The row has another separator than the header.` : message;
}

/** A row that could not be split is in the column `row` of a file of rejects; its cells must be filled in. */
function requireCorrected({ columns, rowColumn }: Header, cells: readonly string[]): void {
  if (rowColumn === null || !cells[rowColumn]) return;
  if (columns.some((column, i) => column !== null && cells[i])) return;
  throw new InvalidRow(
    'malformed-row',
    'The row is not corrected: copy the values from its column row into the other columns.',
    null,
    unescapeFormula(cells[rowColumn]),
  );
}
