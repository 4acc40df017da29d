export type Cell = string | number | boolean | null;

/**
 * One line of CSV (RFC 4180), ended by LF. A text that a spreadsheet would run as a formula gets a leading apostrophe,
 * which an import removes. Numbers are written as they are, null as an empty cell.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\n`;
}

function formatCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = escapeFormula(cell);
  // Some spreadsheets split at semicolons and tabs, and trim a cell without quotes.
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The cells of one line of CSV (RFC 4180), or null if its quotes are unbalanced. A quoted cell may hold separators and
 * doubled quotes but no line break: no value of ours has one, so that an open quote spoils only its own line.
 */
export function parseCsvLine(line: string, separator = ','): string[] | null {
  if (!line.includes('"')) return line.split(separator);
  // The next cell, with or without quotes, up to a separator or the end of the line.
  const cell = new RegExp(`(?:"([^"]*(?:""[^"]*)*)"|([^"${separator}]*))([${separator}]|$)`, 'y');
  const cells: string[] = [];
  for (;;) {
    const found = cell.exec(line);
    if (!found) return null;
    const [, quoted, plain, delimiter] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain!);
    if (delimiter === '') return cells;
  }
}

/**
 * A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a line break as a formula, with or without
 * white space or quotes around it; some also accept the full-width signs. An order id from outside must not run a program
 * on the computer of the person who opens the file.
 */
const FORMULA = /^'*\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** Adds an apostrophe to a text that would be a formula: a spreadsheet shows it as text then. */
export function escapeFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
