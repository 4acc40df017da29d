import { lstat, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { InvalidSetting } from '../config/setting-parsers.js';

interface Link {
  /** What it leads to. */
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links between the libraries of the embedded PostgreSQL, without which none of its programs starts. A package from
 * npm holds no links: an install script of the package makes them, which npm runs only if scripts are allowed.
 * @param root the folder of the package for this platform
 * @throws {InvalidSetting} if a link is missing and cannot be made
 */
export async function linkLibraries(root: string): Promise<void> {
  const missing = await Promise.all(
    (await linksOf(root)).map(async (link) => !(await exists(root, link)) && link),
  );
  for (const link of missing) if (link) await make(root, link);
}

/** Platforms that need none have no such file. */
async function linksOf(root: string): Promise<readonly Link[]> {
  const text = await readFile(join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text) as Link[];
}

async function exists(root: string, { target }: Link): Promise<boolean> {
  return lstat(join(root, target)).then(
    () => true,
    () => false,
  );
}

async function make(root: string, { source, target }: Link): Promise<void> {
  try {
    await symlink(relative(dirname(target), source), join(root, target));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process has made it meanwhile.
    if (code === 'EEXIST') return;
    throw new InvalidSetting(
      'DATABASE_URL',
      `must be set, unless you run the install script of the embedded PostgreSQL (npm rebuild --foreground-scripts): ` +
        `${join(root, target)} is missing and cannot be created (${String(code)})`,
    );
  }
}
