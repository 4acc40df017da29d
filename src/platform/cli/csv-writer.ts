import { withoutFormula } from './formulas.js';

/**
 * One line of CSV (RFC 4180), ended by LF. Every CSV that the service writes is made of these lines: a text that a
 * spreadsheet would compute stands there with an apostrophe in front, which an import takes away again. A number is
 * written as it is, null as an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\n`;
}

function cellOf(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = withoutFormula(cell);
  // A spreadsheet may take a semicolon or a tab for the end of a cell, and trims what is not in quotes.
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
