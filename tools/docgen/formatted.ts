import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, type FormatOptions } from 'oxfmt';
import { ROOT } from './source.js';

/** What is generated looks as if it were written: in the format that `npm run lint` checks. */
export async function formatted(fileName: string, text: string): Promise<string> {
  const options = JSON.parse(await readFile(join(ROOT, '.oxfmtrc.json'), 'utf8')) as FormatOptions;
  const { code, errors } = await format(fileName, text, options);
  if (errors.length > 0) throw new Error(`${fileName} cannot be formatted: ${errors[0]!.message}`);
  return code;
}
