import { posix } from 'node:path';

export const GENERATED = '<!-- Made from the code by `npm run docs`. Change the code, not this page. -->';

/** A table, or nothing where there is no row. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map(inCell).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

const inCell = (text: string) => text.replace(/\n/g, '<br>').replace(/(?<!\\)\|/g, '\\|');

export const code = (text: string): string => `\`${text}\``;

export const codes = (texts: readonly string[]): string => texts.map(code).join(', ');

/** A link from one file of the project to another one, both by their paths. */
export const link = (text: string, to: string, from: string): string =>
  `[${text}](${posix.relative(posix.dirname(from), to) || '.'})`;

/** Of a heading, as the usual renderers name it. */
export const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');

/** Parts of a page, one blank line between them; those that are empty are left out. */
export const page = (...parts: readonly string[]): string =>
  `${parts.filter((part) => part !== '').join('\n\n')}\n`;

/** A heading and what stands under it; nothing where that is nothing. */
export const section = (heading: string, ...parts: readonly string[]): string =>
  parts.every((part) => part === '') ? '' : page(`## ${heading}`, ...parts).trimEnd();

/** Replaces what stands between two markers of a page. @throws where the page has no such markers */
export function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}: made by \`npm run docs\` -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The markers ${begin} and ${end} are missing.`);
  return `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
}
