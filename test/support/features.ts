import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BENEATH } from '../../tools/boundaries/beneath.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** The features there are: the folders of `src` that are not beneath them all, found as `.dependency-cruiser.js` finds them. */
export async function features(root = project): Promise<string[]> {
  const entries = await readdir(join(root, 'src'), { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !BENEATH.includes(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** The schemas of the kernel: whoever has migrations and is no feature. */
export async function kernelSchemas(): Promise<string[]> {
  const ofFeatures = new Set(await features());
  return (await readdir(join(project, 'migrations'))).filter((schema) => !ofFeatures.has(schema)).sort();
}

/** The TypeScript of a folder by its path in the project. */
export async function sourcesIn(folder: string, root = project): Promise<Map<string, string>> {
  const files = (await readdir(join(root, folder), { recursive: true }))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
  const read = files.map(async (file) => [file, await readFile(join(root, file), 'utf8')] as const);
  return new Map(await Promise.all(read));
}
