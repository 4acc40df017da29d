import { errorMessage } from '../../kernel/lifecycle/error-message.js';
import { printable } from '../logging/escape-control-characters.js';

/** Only results go to stdout: as text for people, or as one line of JSON for programs. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: object): void {
  print(JSON.stringify(value));
}

/** Something that the user should know besides the result: one line on stderr. */
export function warn(message: string): void {
  process.stderr.write(`${printable(message)}\n`);
}

/** The result of a command: as JSON if `--json` is given, else as the text. */
export function printResult({ json }: JsonOption, value: object, text: string): void {
  if (json) printJson(value);
  else print(text);
}

/** `--json`, as commander passes it. */
export interface JsonOption {
  readonly json?: true;
}

/** A table: numbers are aligned to the right, texts to the left. */
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

/** Minutes and seconds, e.g. `1:05`, with hours if there are any. */
export function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [first, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [String(first), ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/**
 * UTC to the second, e.g. `2027-01-31T09:30:00Z`
 * @param at over REST it comes as a text
 */
export function instant(at: Date | string): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Why a command failed, in one line without a stack. */
export function errorLine(error: unknown): string {
  return printable(errorMessage(error).split('\n')[0]!);
}
