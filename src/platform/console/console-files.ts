import { readdir, readFile } from 'node:fs/promises';
import { extname, sep } from 'node:path';
import { StoredAnswer } from '../http/protocol/stored-answer.js';

/** The types of the files that the build may make; nothing else is served. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** What is served, by its path below `/console/`. */
export type ConsoleFiles = ReadonlyMap<string, StoredAnswer>;

/**
 * Reads everything that the build of the console has made, less than 1 MB, with what it has compressed. So no request chooses
 * a file of this machine by its path, and a build while the service runs cannot mix two versions.
 * @returns null if it was not built
 */
export async function readConsole(folder: URL): Promise<ConsoleFiles | null> {
  const names = await readdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const paths = new Set(names.map((name) => name.replaceAll(sep, '/')));
  if (!paths.has('index.html')) return null;
  const read = async (path: string) => (paths.has(path) ? readFile(new URL(path, folder)) : undefined);
  const served = [...paths].filter((path) => extname(path) in TYPES);
  const files = served.map(async (path): Promise<[string, StoredAnswer]> => {
    const [plain, br, gzip] = await Promise.all([
      readFile(new URL(path, folder)),
      read(`${path}.br`),
      read(`${path}.gz`),
    ]);
    const body = { plain, ...(br && { br }), ...(gzip && { gzip }) };
    return [path, new StoredAnswer(TYPES[extname(path)]!, () => body)];
  });
  return new Map(await Promise.all(files));
}
