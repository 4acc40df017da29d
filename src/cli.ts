import { Command } from 'commander';
import { allocate } from './allocation/cli/allocate.js';
import { importOrders } from './allocation/cli/import-orders.js';
import { changeQuantity } from './batches/cli/change-quantity.js';
import { importBatches } from './batches/cli/import-batches.js';
import { keyCommands } from './shared/access/keys.cli.js';
import { group } from './shared/cli/command.js';
import { reasonOf } from './shared/cli/reason-of.js';
import type { Run } from './shared/cli/run.js';
import { migrateCommands } from './shared/persistence/migrations.cli.js';
import type { RunOnDatabase, RunOnUrl } from './shared/persistence/on-database.js';
import { subscriptionCommands } from './shared/subscriptions/subscriptions.cli.js';

const run: Run = async (work) => {
  const [{ AppModule }, { inApplication }] = await Promise.all([
    import('./app.module.js'),
    import('./shared/cli/application.js'),
  ]);
  await inApplication((settings, url) => AppModule.with(settings, url, 'command line'), work);
};
const onDatabase: RunOnDatabase = async (work) =>
  (await import('./shared/persistence/on-database.js')).onDatabase(work);
const onUrl: RunOnUrl = async (work) => (await import('./shared/persistence/on-database.js')).onUrl(work);

const program = new Command('earmark')
  .description(
    'Promises order lines to batches of stock, on the database of the service that runs in DATA_DIR.',
  )
  .addCommand(group('import', 'read a file into the service', importBatches(run), importOrders(run)))
  .addCommand(allocate(run))
  .addCommand(changeQuantity(run))
  .addCommand(subscriptionCommands(run, onDatabase))
  .addCommand(keyCommands(onDatabase))
  .addCommand(migrateCommands(onUrl));

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
