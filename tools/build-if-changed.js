/**
 * Builds what a start needs, if it has changed. `--clean` builds in any case, and nothing is left of what was built before.
 */
import { buildIfChanged } from './start/build.js';
import { bundleIfChanged } from './start/bundle.js';
import { buildConsoleIfChanged } from './start/console.js';

try {
  buildIfChanged(process.argv.includes('--clean'));
  await Promise.all([bundleIfChanged(), buildConsoleIfChanged()]);
} catch (error) {
  process.stderr.write(`Cannot build: ${error.message}\n`);
  process.exitCode = 1;
}
