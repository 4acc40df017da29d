import { Command } from 'commander';
import { allocate } from './allocation/cli/allocate.js';
import { importOrders } from './allocation/cli/import-orders.js';
import { AppModule } from './app.module.js';
import { changeQuantity } from './batches/cli/change-quantity.js';
import { importBatches } from './batches/cli/import-batches.js';
import { keyCommands } from './shared/access/keys.cli.js';
import { inApplication, onDatabase } from './shared/cli/application.js';
import { group } from './shared/cli/command.js';
import { reasonOf } from './shared/cli/reason-of.js';
import { migrateCommands } from './shared/persistence/migrations.cli.js';
import { subscriptionCommands } from './shared/subscriptions/subscriptions.cli.js';

const run = inApplication((settings, databaseUrl) => AppModule.with(settings, databaseUrl, 'command line'));

const program = new Command('earmark')
  .description(
    'Promises order lines to batches of stock, on the database of the service that runs in DATA_DIR.',
  )
  .addCommand(group('import', 'read a file into the service', importBatches(run), importOrders(run)))
  .addCommand(allocate(run))
  .addCommand(changeQuantity(run))
  .addCommand(subscriptionCommands(run))
  .addCommand(keyCommands(run))
  .addCommand(migrateCommands(onDatabase));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
