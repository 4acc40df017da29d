/**
 * Runs a program of the service as the sources are now: `node tools/start/start.js main` or `cli`, with its arguments. In one
 * process, since each one that npm starts for its own steps takes a tenth of a second.
 */
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfChanged, ROOT } from './build.js';
import { bundleIfChanged } from './bundle.js';
import { buildConsoleIfChanged } from './console.js';

// The programs do the same, but only after most of what they need is loaded. Node 20 cannot.
module.enableCompileCache?.(join(ROOT, 'dist/.compile-cache'));
const program = process.argv[2];
let entry = null;
try {
  const console = program === 'main' ? buildConsoleIfChanged() : null;
  buildIfChanged();
  entry = join(await bundleIfChanged(), `${program}.js`);
  await console;
} catch (error) {
  process.stderr.write(`Cannot build: ${error.message}\n`);
  process.exitCode = 1;
}
if (entry !== null) {
  // As if Node had been started with it: worker processes and the command line look here.
  process.argv.splice(1, 2, entry);
  await import(pathToFileURL(entry).href);
}
