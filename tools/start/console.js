import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { changedAt, isYounger, ROOT } from './build.js';

const BUILT = join(ROOT, 'dist/console/index.html');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
const SOURCES = ['console', 'client/src', 'package-lock.json'].map((source) => join(ROOT, source));

/**
 * Builds the console if a source of it is younger than its last build. In an installed package there is nothing to build, and
 * without the development packages nothing to do it with: the service then has the console of the last build, or none.
 * @throws an error whose message is for who starts the service
 */
export async function buildConsoleIfChanged() {
  const builtAt = changedAt(BUILT);
  const hasSources = existsSync(SOURCES[0]) && existsSync(VITE);
  if (!hasSources || !SOURCES.some((path) => isYounger(path, builtAt))) return;
  process.stderr.write('Building the console, which takes a few seconds ...\n');
  const vite = spawn(
    process.execPath,
    [VITE, 'build', '--config', 'console/vite.config.js', '--logLevel', 'warn'],
    {
      cwd: ROOT,
      // The service's output is its log.
      stdio: ['ignore', process.stderr, process.stderr],
    },
  );
  const [status] = await once(vite, 'exit');
  if (status !== 0) throw new Error('the console has the errors above.');
}
