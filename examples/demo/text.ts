import { styleText } from 'node:util';

const figures = new Intl.NumberFormat('en-US');
/** `12345` → `12,345` */
export const figure = (value: number) => figures.format(value);

/** `plural(2, 'batch', 'batches')` → `2 batches` */
export const plural = (value: number, one: string, many = `${one}s`) =>
  `${figure(value)} ${value === 1 ? one : many}`;

// `styleText` leaves the text as it is where stdout is no terminal or NO_COLOR is set.
export const heading = (text: string) => `\n${styleText('bold', text)}`;
export const dim = (text: string) => styleText('dim', text);
export const tick = (holds: boolean) => (holds ? styleText('green', '✓') : styleText('red', '✗'));

/** Columns as wide as their widest cell; numbers to the right, texts to the left. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? figure(cell) : cell)));
  const width = (at: number) => Math.max(...cells.map((row) => row[at]?.length ?? 0));
  return rows
    .map((row, y) =>
      row
        .map((cell, x) => {
          const text = cells[y]?.[x] ?? '';
          return typeof cell === 'number' ? text.padStart(width(x)) : text.padEnd(width(x));
        })
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}
