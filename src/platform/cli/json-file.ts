import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/**
 * Reads a file of JSON; a byte order mark is ignored.
 * @param file its path, or `-` for stdin
 * @throws {Error} that says why it cannot be read
 */
export async function readJsonFile(file: string): Promise<unknown> {
  const written =
    file === '-' ? await text(process.stdin) : await readFile(file, 'utf8').catch(cannotRead(file));
  try {
    return JSON.parse(written.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${file === '-' ? 'stdin' : file} is not JSON`, { cause: error });
  }
}

const WHY: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['EISDIR', 'is a directory'],
  ['EACCES', 'is not readable by this user'],
]);

function cannotRead(file: string): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    const why = WHY.get(error.code);
    throw why === undefined ? error : new Error(`${file} ${why}.`);
  };
}
