import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';

export const INDEX = '<!doctype html><title>Earmark</title><script src="assets/app-1.js"></script>';
export const SCRIPT = 'console.log("Earmark");\n'.repeat(200);
export const ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>';

/** What the build of the console leaves in `dist/console`: few files, and beside each what it is compressed. */
export async function buildConsole(folder: string): Promise<void> {
  await mkdir(join(folder, 'assets'), { recursive: true });
  for (const [name, content] of [
    ['index.html', INDEX],
    ['icon.svg', ICON],
    ['assets/app-1.js', SCRIPT],
  ] as const) {
    await writeFile(join(folder, name), content);
    await writeFile(join(folder, `${name}.br`), brotliCompressSync(content));
    await writeFile(join(folder, `${name}.gz`), gzipSync(content));
  }
}

/** An empty folder that is gone after the tests. */
export async function consoleFolder(): Promise<{ path: string; url: URL; remove(): Promise<void> }> {
  const path = join(await mkdtemp(join(tmpdir(), 'earmark-console-')), 'console');
  await mkdir(path);
  const remove = () => rm(join(path, '..'), { recursive: true });
  return { path, url: pathToFileURL(`${path}/`), remove };
}
