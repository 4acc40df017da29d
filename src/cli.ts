#!/usr/bin/env node
import type { Command } from 'commander';
import { policyCommands } from './allocation/cli/policy.js';
import { adjust } from './allocation/cli/adjust.js';
import { allocate } from './allocation/cli/allocate.js';
import { deallocate } from './allocation/cli/deallocate.js';
import { exportAllocations } from './allocation/cli/export-allocations.js';
import { exportProducts } from './allocation/cli/export-products.js';
import { importOrders } from './allocation/cli/import-orders.js';
import { orderCommands } from './allocation/cli/order.js';
import { orders } from './allocation/cli/orders.js';
import { timeline } from './allocation/cli/timeline.js';
import { products } from './allocation/cli/products.js';
import { backorders } from './allocation/cli/backorders.js';
import { promises } from './allocation/cli/promises.js';
import { reallocate } from './allocation/cli/reallocate.js';
import { receive } from './allocation/cli/receive.js';
import { returnGoods } from './allocation/cli/return.js';
import { ship } from './allocation/cli/ship.js';
import { simulate } from './allocation/cli/simulate.js';
import { shipments } from './allocation/cli/shipments.js';
import { batches } from './batches/cli/batches.js';
import { changeLot } from './batches/cli/change-lot.js';
import { changeQuantity } from './batches/cli/change-quantity.js';
import { exportBatches } from './batches/cli/export-batches.js';
import { importBatches } from './batches/cli/import-batches.js';
import { keyCommands } from './platform/cli/operator/keys.js';
import { auditCommand } from './platform/cli/operator/audit.js';
import { deadLetterCommands } from './platform/cli/operator/dead-letters.js';
import { bareCommand, group } from './platform/cli/command.js';
import { SCOPES } from './scopes.js';
import { watchOutput } from './platform/cli/output.js';
import { errorLine } from './platform/cli/print.js';
import type { ApplicationRunner } from './platform/cli/application-runner.js';
import { endAtOnce, unlessEnding } from './platform/shutdown/at-once.js';
import { leaveSignalsToSystem, Stopped } from './platform/shutdown/stop.js';
import { eventCommands } from './platform/cli/operator/events.js';
import { keepCompiledCode } from './platform/config/compile-cache.js';
import { packageJson } from './platform/config/package-json.js';
import { migrateCommands } from './platform/cli/operator/migrate.js';
import type { RunOnDatabase, RunOnUrl } from './platform/cli/on-database.js';
import { subscriptionCommands } from './platform/cli/operator/subscriptions.js';

const run: ApplicationRunner = async (work) => {
  const [{ AppModule }, { inApplication }, { readAllSettings }] = await Promise.all([
    import('./app.module.js'),
    import('./platform/cli/application.js'),
    import('./settings.js'),
  ]);
  await inApplication(readAllSettings, (settings, url) => AppModule.forRoot(settings, url, 'cli'), work);
};
const onDatabase: RunOnDatabase = async (work) =>
  (await import('./platform/cli/on-database.js')).onDatabase(work);
const onUrl: RunOnUrl = async (work) => (await import('./platform/cli/on-database.js')).onUrl(work);

const SETTINGS = `
Settings are environment variables, also read from the file .env of the working
directory. Without DATABASE_URL the service runs its own PostgreSQL in DATA_DIR
(default: .data of the working directory).`;

function start(): Command {
  return bareCommand('start', 'Run the service').action(async () => {
    await import('./main.js');
  });
}

const program = bareCommand(
  'earmark',
  'Allocate order lines to batches of stock. Commands work on the database, beside a running service or without',
)
  .version(packageJson().version, '-V, --version', 'Print the version')
  .addHelpText('after', SETTINGS)
  .addCommand(start())
  .addCommand(group('import', 'Import batches or orders from a file', importBatches(run), importOrders(run)))
  .addCommand(
    group(
      'export',
      'Export allocations, batches or products as CSV or NDJSON',
      exportAllocations(run),
      exportBatches(run),
      exportProducts(run),
    ),
  )
  .addCommand(allocate(run))
  .addCommand(deallocate(run))
  .addCommand(changeQuantity(run))
  .addCommand(changeLot(run))
  .addCommand(products(run))
  .addCommand(timeline(run))
  .addCommand(promises(run))
  .addCommand(backorders(run))
  .addCommand(batches(run))
  .addCommand(orderCommands(run))
  .addCommand(orders(run))
  .addCommand(policyCommands(run))
  .addCommand(simulate(run))
  .addCommand(reallocate(run))
  .addCommand(receive(run))
  .addCommand(ship(run))
  .addCommand(shipments(run))
  .addCommand(returnGoods(run))
  .addCommand(adjust(run))
  .addCommand(eventCommands(run))
  .addCommand(subscriptionCommands(run, onDatabase))
  .addCommand(deadLetterCommands(run, onDatabase))
  .addCommand(keyCommands(onDatabase, SCOPES))
  .addCommand(auditCommand(onDatabase))
  .addCommand(migrateCommands(onUrl));

keepCompiledCode();
watchOutput();
process.on('uncaughtException', (error) => {
  fail(error);
  void endAtOnce(1);
});
try {
  await program.parseAsync();
} catch (error) {
  await unlessEnding();
  if (error instanceof Stopped) process.exit(error.by === 'SIGPIPE' ? undefined : error.exitCode);
  fail(error);
}
// Only the results are still to be written, however slowly they are read.
leaveSignalsToSystem();

function fail(error: unknown): void {
  process.stderr.write(`${errorLine(error)}\n`);
  process.exitCode = 1;
}
