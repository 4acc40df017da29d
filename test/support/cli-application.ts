import { exportAllocations } from '../../src/allocation/cli/export-allocations.js';
import { exportProducts } from '../../src/allocation/cli/export-products.js';
import { AppModule } from '../../src/app.module.js';
import { exportBatches } from '../../src/batches/cli/export-batches.js';
import { group } from '../../src/platform/cli/command.js';
import { Application } from './application.js';
import type { Ended } from './command-line.js';
import { importCommands } from './import-commands.js';
import { runToEnd } from './run-command.js';
import { runnerIn } from './runner-in.js';

/** The application of the command line, on a database of its own. Commands that share it need no process of their own. */
export function startCliApplication(): Promise<Application> {
  return Application.start((settings, url) => AppModule.forRoot(settings, url, 'cli'));
}

/** `import …` in this process */
export function runImport(application: Application, ...args: readonly string[]): Promise<Ended> {
  return runToEnd(importCommands(runnerIn(application)), ...args);
}

/** `export …` in this process */
export function runExport(application: Application, ...args: readonly string[]): Promise<Ended> {
  const run = runnerIn(application);
  const exports = [exportAllocations(run), exportBatches(run), exportProducts(run)];
  return runToEnd(group('export', 'Export', ...exports), ...args);
}
