/**
 * A spreadsheet takes a cell of CSV that begins with `=`, `+`, `-`, `@`, a tab or a line break for a formula and
 * computes it, with white space or quotes around it or not; some take the full-width signs as well. An order number of a
 * stranger must not start a program on the desk of whoever opens the file.
 */
const FORMULA = /^'*\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/** The text as a spreadsheet shows it without computing it: with an apostrophe in front, if it would be a formula. */
export function withoutFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text that `withoutFormula` was given: the one apostrophe in front of a formula is taken away again. */
export function withFormula(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
