import type { Command } from 'commander';
import { importOrders } from '../../src/allocation/cli/import-orders.js';
import { importBatches } from '../../src/batches/cli/import-batches.js';
import type { ApplicationRunner } from '../../src/platform/cli/application-runner.js';
import { group } from '../../src/platform/cli/command.js';

/** The commands `import …`, which do their work in the application that they are given. */
export function importCommands(run: ApplicationRunner): Command {
  return group('import', 'Import', importBatches(run), importOrders(run));
}
