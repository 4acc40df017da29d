import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { exportAllocations } from '../../src/allocation/cli/export-allocations.js';
import { exportProducts } from '../../src/allocation/cli/export-products.js';
import { importOrders } from '../../src/allocation/cli/import-orders.js';
import { AppModule } from '../../src/app.module.js';
import { exportBatches } from '../../src/batches/cli/export-batches.js';
import { importBatches } from '../../src/batches/cli/import-batches.js';
import { group } from '../../src/platform/cli/command.js';
import type { ApplicationRunner } from '../../src/platform/cli/application-runner.js';
import { Application } from './application.js';
import type { Ended } from './command-line.js';
import { runToEnd } from './run-command.js';
import type { RunningService } from './service.js';

/** The application of the command line, on a database of its own. Commands that share it need no process of their own. */
export function startCliApplication(): Promise<Application> {
  return Application.start((settings, url) => AppModule.forRoot(settings, url, 'cli'));
}

/** Runs commands in this application, instead of one that starts for each of them. */
export function runnerIn(running: Pick<RunningService, 'get'>): ApplicationRunner {
  const get: RunningService['get'] = (token) => running.get(token);
  const [commands, queries] = [get(CommandBus), get(QueryBus)];
  return (work) => work({ commands, queries, signal: new AbortController().signal, get });
}

/** `import …` in this process */
export function runImport(application: Application, ...args: readonly string[]): Promise<Ended> {
  const run = runnerIn(application);
  return runToEnd(group('import', 'Import', importBatches(run), importOrders(run)), ...args);
}

/** `export …` in this process */
export function runExport(application: Application, ...args: readonly string[]): Promise<Ended> {
  const run = runnerIn(application);
  const exports = [exportAllocations(run), exportBatches(run), exportProducts(run)];
  return runToEnd(group('export', 'Export', ...exports), ...args);
}
