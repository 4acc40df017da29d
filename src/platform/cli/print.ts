import { printable } from '../logging/escape-control-characters.js';

/** Results go to stdout, alone: as text for people, or as JSON on one line for machines. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: object): void {
  print(JSON.stringify(value));
}

/** Rows below each other, their cells in columns: numbers to the right, the rest to the left. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? figure(cell) : printable(cell))),
  );
  const widths = header.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)));
  const isNumeric = header.map((_, i) => typeof rows[0]?.[i] === 'number');
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (isNumeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [header, ...cells].map(line).join('\n');
}

/** `1234567.8` → `1,234,568` */
export function figure(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Minutes and seconds, e.g. `1:05`; with hours where it takes any. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [first, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [String(first), ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}
