import type { Command } from 'commander';
import { command, group } from '../command.js';
import { printResult, table, type JsonOption } from '../print.js';
import type { MigrationName } from '../../migrations/migration-files.js';
import type { MigrationStatus } from '../../migrations/migrations.js';
import type { Ask } from '../ask.js';
import type { RunOnUrl } from '../on-database.js';

/**
 * `migrate …`
 * @param onDatabaseOnly makes commands refuse to work over REST
 */
export function migrateCommands(
  ask: Ask<string>,
  run: RunOnUrl,
  onDatabaseOnly: (command: Command) => Command,
): Command {
  const [applying, reverting] = [up(run), down(run)].map(onDatabaseOnly) as [Command, Command];
  return group('migrate', 'Apply, revert or list migrations', applying, reverting, status(ask));
}

function up(run: RunOnUrl): Command {
  return command('up', 'Apply all missing migrations').action((options: JsonOption) =>
    run(async (url) => {
      const { migrateUp } = await import('../../migrations/migrations.js');
      const applied = await migrateUp(url);
      const lines = applied.map((each) => `Applied ${nameOf(each)}`);
      printResult(options, { applied }, lines.join('\n') || 'Everything is up to date.');
    }),
  );
}

function down(run: RunOnUrl): Command {
  return command('down', 'Revert the newest migration of a schema (drops its data)')
    .argument('<schema>', 'Schema, as shown by `migrate status`')
    .addHelpText('after', '\nThe next start applies it again, unless MIGRATE=off.')
    .action((schema: string, options: JsonOption) =>
      run(async (url) => {
        const { migrateDown } = await import('../../migrations/migrations.js');
        const undone = await migrateDown(url, schema);
        const text = undone ? `Reverted ${nameOf(undone)}` : `No migration of ${schema} is applied.`;
        printResult(options, { undone }, text);
      }),
    );
}

function status(ask: Ask<string>): Command {
  return command('status', 'List all migrations and their states')
    .addHelpText('after', STATES)
    .action((options: JsonOption) =>
      ask<MigrationStatus[]>({
        onDatabase: async (url) => {
          const { migrationStatus } = await import('../../migrations/migrations.js');
          return migrationStatus(url);
        },
        overRest: async (service) =>
          (await service.get<{ items: MigrationStatus[] }>('/v1/migrations')).items,
        show: (migrations) => {
          const rows = migrations.map(({ schema, name, state }) => [schema, name, state]);
          printResult(options, { migrations }, table(['schema', 'migration', 'state'], rows));
        },
      }),
    );
}

const STATES = `
applied  as in this version
missing  not applied yet
changed  applied, but this version has another text: its services do not start
unknown  applied by another version; services of this version run beside it`;

const nameOf = ({ schema, name }: MigrationName): string => `${schema} ${name}`;
