import type { Command } from 'commander';
import { policyCommands } from './allocation/cli/policy.js';
import { adjust } from './allocation/cli/adjust.js';
import { allocate } from './allocation/cli/allocate.js';
import { countLocation } from './allocation/cli/count.js';
import { countSheet } from './allocation/cli/count-sheet.js';
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
import type { Application, ApplicationRunner } from './platform/cli/application-runner.js';
import type { Ask } from './platform/cli/ask.js';
import { bareCommand, group, valueOption } from './platform/cli/command.js';
import type { AskDatabase, RunOnUrl } from './platform/cli/on-database.js';
import { auditCommand } from './platform/cli/operator/audit.js';
import { backupCommand, restoreCommand } from './platform/cli/operator/backup.js';
import { deadLetterCommands } from './platform/cli/operator/dead-letters.js';
import { eventCommands } from './platform/cli/operator/events.js';
import { keyCommands } from './platform/cli/operator/keys.js';
import { migrateCommands } from './platform/cli/operator/migrate.js';
import { subscriptionCommands } from './platform/cli/operator/subscriptions.js';
import { packageJson } from './platform/config/package-json.js';
import { SCOPES } from './scopes.js';
import { wholeNumber } from './vocabulary/value.js';

const FIRST_STEPS = `
First steps:
  earmark demo --keep             a service with the data of a month, to look around in
  earmark start                   the service, with its own PostgreSQL in .data
  earmark import batches FILE     register batches`;

const SETTINGS = `
Settings are environment variables, also read from the file .env of the working
directory. Without DATABASE_URL the service runs its own PostgreSQL in DATA_DIR
(default: .data of the working directory).

With --url or EARMARK_URL a command asks the service at that address, over its
REST API; EARMARK_KEY is its API key or token there. start, import, export,
count, count-sheet, backup, restore, migrate up and migrate down work on the
database only.`;

/** What the commands of the program work with. */
export interface Entrances {
  readonly ask: Ask<Application>;
  /** Starts no application. */
  readonly askDatabase: AskDatabase;
  /** On the database in whatever state its schemas are. */
  readonly askDatabaseUrl: Ask<string>;
  /** For commands that work on the database only. */
  readonly run: ApplicationRunner;
  readonly runOnUrl: RunOnUrl;
  readonly start: () => Promise<void>;
  readonly demo: (options: { readonly keeps: boolean; readonly days?: number | undefined }) => Promise<void>;
  /**
   * Called before a command that works on the database only, with its name.
   * @throws {Error} if a service is to be asked
   */
  readonly requireDatabase: (command: string) => void;
}

/** The command line: every command of the platform and of the features. */
export function earmark(entrances: Entrances): Command {
  const { ask, askDatabase, askDatabaseUrl, run, runOnUrl, requireDatabase } = entrances;
  const onDatabaseOnly = (command: Command): Command =>
    command.hook('preAction', (_, action) => requireDatabase(nameOf(action)));

  return bareCommand(
    'earmark',
    'Allocate order lines to batches of stock. Commands work on the database, whether or not a service is running',
  )
    .version(packageJson().version, '-V, --version', 'Print the version')
    .option('--url <url>', 'Call the service at this URL instead (default: EARMARK_URL)')
    .option('--allow-http', 'Allow EARMARK_KEY to be sent to another machine over unencrypted http')
    .addHelpText('after', `${FIRST_STEPS}\n${SETTINGS}`)
    .addCommand(bareCommand('start', 'Run the service').action(() => entrances.start()))
    .addCommand(demo(entrances))
    .addCommand(
      onDatabaseOnly(
        group('import', 'Import batches or orders from a file', importBatches(run), importOrders(run)),
      ),
    )
    .addCommand(
      onDatabaseOnly(
        group(
          'export',
          'Export allocations, batches or products as CSV or NDJSON',
          exportAllocations(run),
          exportBatches(run),
          exportProducts(run),
        ),
      ),
    )
    .addCommand(allocate(ask))
    .addCommand(deallocate(ask))
    .addCommand(changeQuantity(ask))
    .addCommand(changeLot(ask))
    .addCommand(products(ask))
    .addCommand(timeline(ask))
    .addCommand(promises(ask))
    .addCommand(backorders(ask))
    .addCommand(batches(ask))
    .addCommand(orderCommands(ask))
    .addCommand(orders(ask))
    .addCommand(policyCommands(ask))
    .addCommand(simulate(ask))
    .addCommand(reallocate(ask))
    .addCommand(receive(ask))
    .addCommand(ship(ask))
    .addCommand(shipments(ask))
    .addCommand(returnGoods(ask))
    .addCommand(adjust(ask))
    .addCommand(onDatabaseOnly(countSheet(run)))
    .addCommand(onDatabaseOnly(countLocation(run)))
    .addCommand(eventCommands(ask))
    .addCommand(subscriptionCommands(ask, askDatabase))
    .addCommand(deadLetterCommands(ask, askDatabase))
    .addCommand(keyCommands(askDatabase, SCOPES))
    .addCommand(auditCommand(askDatabase))
    .addCommand(onDatabaseOnly(backupCommand()))
    .addCommand(onDatabaseOnly(restoreCommand()))
    .addCommand(migrateCommands(askDatabaseUrl, runOnUrl, onDatabaseOnly));
}

/** Of the plan that the demo plays. */
const DAYS = wholeNumber({ min: 1, max: 20 });

function demo(entrances: Entrances): Command {
  return bareCommand('demo', "Play a furniture retailer's month on a fresh service, and check the results")
    .option('--keep', 'Leave the service running with the data, until Ctrl-C')
    .addOption(valueOption('--days <number>', 'Play only this many of its 20 days', DAYS))
    .action(({ keep = false, days }: { keep?: boolean; days?: number }) =>
      entrances.demo({ keeps: keep, days }),
    );
}

/** As it is typed: `migrate up` */
function nameOf(command: Command): string {
  const names: string[] = [];
  for (let each = command; each.parent !== null; each = each.parent) names.unshift(each.name());
  return names.join(' ');
}
