import type { Command } from 'commander';
import { command, group } from '../command.js';
import { print, printJson, table } from '../print.js';
import type { MigrationName } from '../../migrations/migration-files.js';
import type { MigrationState } from '../../migrations/migrations.js';
import type { RunOnUrl } from '../on-database.js';

interface Options {
  readonly json?: true;
}

/** `migrate …` */
export function migrateCommands(run: RunOnUrl): Command {
  return group('migrate', 'apply, revert or list migrations', up(run), down(run), status(run));
}

function up(run: RunOnUrl): Command {
  return command('up', 'apply every migration that is missing').action(({ json }: Options) =>
    run(async (url) => {
      const { migrateUp } = await import('../../migrations/migrations.js');
      const applied = await migrateUp(url);
      if (json) printJson({ applied });
      else
        print(applied.length === 0 ? 'Everything is up to date.' : applied.map(said('Applied')).join('\n'));
    }),
  );
}

function down(run: RunOnUrl): Command {
  return command('down', 'revert the newest migration of a schema (drops its data)')
    .argument('<schema>', 'as `migrate status` names it')
    .addHelpText('after', '\nWhatever starts next applies it again, unless MIGRATE=off.')
    .action((schema: string, { json }: Options) =>
      run(async (url) => {
        const { migrateDown } = await import('../../migrations/migrations.js');
        const undone = await migrateDown(url, schema);
        if (json) printJson({ undone });
        else print(undone ? said('Took back')(undone) : `No migration of ${schema} is applied.`);
      }),
    );
}

function status(run: RunOnUrl): Command {
  return command('status', 'list the migrations and how they stand with the database')
    .addHelpText('after', STATES)
    .action(({ json }: Options) =>
      run(async (url) => {
        const { migrationStatus } = await import('../../migrations/migrations.js');
        const migrations = await migrationStatus(url);
        if (json) printJson({ migrations });
        else print(table(['schema', 'migration', 'state'], migrations.map(cells)));
      }),
    );
}

const STATES = `
applied  as this version has it
missing  not applied
changed  applied, but this version has changed what it says: no service of this version starts
unknown  applied by another version; services of this one go on beside it`;

const said =
  (done: string) =>
  ({ schema, name }: MigrationName): string =>
    `${done} ${schema} ${name}`;

function cells({ schema, name, state }: MigrationName & { state: MigrationState }): string[] {
  return [schema, name, state];
}
