import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ICruiseResult } from 'dependency-cruiser';
import type { Tree } from './planted-violations.js';

export const project = fileURLToPath(new URL('../..', import.meta.url));
const packages = join(project, 'node_modules');

/** The project's own, with an alias that a plant may use. */
const tsconfig = JSON.stringify({
  extends: join(project, 'tsconfig.json'),
  compilerOptions: { rootDir: '.', paths: { '@planted/*': ['./src/*'] } },
  include: ['src'],
});

/** Sees in a folder what `npm run boundaries` sees in this one, by the same rules. */
export async function cruise(folder: string): Promise<ICruiseResult> {
  const depcruise = join(packages, 'dependency-cruiser/bin/dependency-cruise.mjs');
  const rules = join(project, '.dependency-cruiser.js');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [depcruise, '--config', rules, '--output-type', 'json', 'src', 'test'],
    { cwd: folder, maxBuffer: Infinity },
  );
  return JSON.parse(stdout) as ICruiseResult;
}

/** Cruises files that stand nowhere yet, among the packages and the settings of this project. */
export async function cruiseTree(tree: Tree): Promise<ICruiseResult> {
  const folder = await mkdtemp(join(tmpdir(), 'boundaries-'));
  try {
    await symlink(packages, join(folder, 'node_modules'), 'dir');
    await symlink(join(project, 'package.json'), join(folder, 'package.json'));
    for (const [path, source] of Object.entries({ ...tree, 'tsconfig.json': tsconfig })) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), source);
    }
    return await cruise(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
