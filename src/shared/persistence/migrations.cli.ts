import type { Command } from 'commander';
import type { RunOnDatabase } from '../cli/application.js';
import { command, group } from '../cli/command.js';
import { print, printJson, table } from '../cli/print.js';
import { migrateDown, migrateUp, migrationStatus, type MigrationName } from './migrations.js';

interface Options {
  readonly json?: true;
}

/** `migrate …` */
export function migrateCommands(run: RunOnDatabase): Command {
  return group('migrate', 'bring the database up to date, or back', up(run), down(run), status(run));
}

function up(run: RunOnDatabase): Command {
  return command('up', 'apply every migration that is missing').action(({ json }: Options) =>
    run(async (url) => {
      const applied = await migrateUp(url);
      if (json) printJson({ applied });
      else
        print(applied.length === 0 ? 'Everything is up to date.' : applied.map(said('Applied')).join('\n'));
    }),
  );
}

function down(run: RunOnDatabase): Command {
  return command('down', 'take back the newest migration of a schema, with the data that it holds')
    .argument('<schema>', 'as `migrate status` names it')
    .addHelpText('after', '\nWhatever starts next applies it again, unless MIGRATE=off.')
    .action((schema: string, { json }: Options) =>
      run(async (url) => {
        const undone = await migrateDown(url, schema);
        if (json) printJson({ undone });
        else print(undone ? said('Took back')(undone) : `No migration of ${schema} is applied.`);
      }),
    );
}

function status(run: RunOnDatabase): Command {
  return command('status', 'list the migrations and whether they are applied').action(({ json }: Options) =>
    run(async (url) => {
      const migrations = await migrationStatus(url);
      if (json) printJson({ migrations });
      else print(table(['schema', 'migration', 'state'], migrations.map(cells)));
    }),
  );
}

const said =
  (done: string) =>
  ({ schema, name }: MigrationName): string =>
    `${done} ${schema} ${name}`;

function cells({ schema, name, isApplied }: MigrationName & { isApplied: boolean }): string[] {
  return [schema, name, isApplied ? 'applied' : 'missing'];
}
