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
  return group('migrate', 'Apply, revert or list migrations', up(run), down(run), status(run));
}

function up(run: RunOnUrl): Command {
  return command('up', 'Apply all missing migrations').action(({ json }: Options) =>
    run(async (url) => {
      const { migrateUp } = await import('../../migrations/migrations.js');
      const applied = await migrateUp(url);
      if (json) printJson({ applied });
      else
        print(
          applied.length === 0
            ? 'Everything is up to date.'
            : applied.map((each) => `Applied ${nameOf(each)}`).join('\n'),
        );
    }),
  );
}

function down(run: RunOnUrl): Command {
  return command('down', 'Revert the newest migration of a schema (drops its data)')
    .argument('<schema>', 'Schema, as shown by `migrate status`')
    .addHelpText('after', '\nThe next start applies it again, unless MIGRATE=off.')
    .action((schema: string, { json }: Options) =>
      run(async (url) => {
        const { migrateDown } = await import('../../migrations/migrations.js');
        const undone = await migrateDown(url, schema);
        if (json) printJson({ undone });
        else print(undone ? `Reverted ${nameOf(undone)}` : `No migration of ${schema} is applied.`);
      }),
    );
}

function status(run: RunOnUrl): Command {
  return command('status', 'List all migrations and their states')
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
applied  as in this version
missing  not applied yet
changed  applied, but this version has another text: its services do not start
unknown  applied by another version; services of this version run beside it`;

const nameOf = ({ schema, name }: MigrationName): string => `${schema} ${name}`;

function cells({ schema, name, state }: MigrationName & { state: MigrationState }): string[] {
  return [schema, name, state];
}
