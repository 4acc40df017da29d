import type { Command } from 'commander';
import { wholeNumber } from '../../../vocabulary/value.js';
import { command, valueOption } from '../command.js';
import { figure, instant, printResult, type JsonOption } from '../print.js';
import { ProgressLine } from '../progress-line.js';

const MEGABYTE = 1_000_000;
/** PostgreSQL limits a backup to a gigabyte a second at most. */
const RATE = wholeNumber({ min: 1, max: 1_000 });

const BACKUP_HELP = `
The directory is written completely or not at all. It holds everything that was
confirmed before the command began, and is as secret as DATA_DIR: it has the
keys in it, too (*.key). It does not have mails that were written to files.

Leave room in DATA_DIR: until the backup ends, the write-ahead log of that time
is kept there. A slow target or a low --max-rate lets it grow. --max-rate does
not limit the checkpoint at the beginning.

The service may run meanwhile. A PostgreSQL of your own (DATABASE_URL) is backed
up with its own tools.

Exit code: 0 if the backup is complete, 1 if it failed, 130 after Ctrl-C.`;

const RESTORE_HELP = `
DATA_DIR must be empty or missing. The backup is verified first, and restored
completely or not at all; after a restore that was interrupted no service starts
there, and the command can be run again.

Restore only backups that you trust: PostgreSQL runs the programs and libraries
that their configuration names.

Readers of the event log that have seen events which are not in the backup are
refused then (410 ahead-of-log).

Exit code: 0 if the backup is restored, or in order (--check), 1 if not, 130
after Ctrl-C.`;

interface BackupOptions extends JsonOption {
  readonly maxRate?: number;
}

/** `backup DIRECTORY` */
export function backupCommand(): Command {
  return command('backup', 'Back up the embedded database to a new directory')
    .argument('<directory>', 'Directory of the backup, which must not exist')
    .addOption(valueOption('--max-rate <megabytes>', 'Read at most this many megabytes a second', RATE))
    .addHelpText('after', BACKUP_HELP)
    .action(async (directory: string, { maxRate, ...options }: BackupOptions) => {
      const { backUpDataDir } = await import('../on-data-dir.js');
      const bytesPerSecond = maxRate === undefined ? null : maxRate * MEGABYTE;
      const made = await withProgress('Backing up', (report) =>
        backUpDataDir(directory, { bytesPerSecond, report }),
      );
      const text = `Backed up ${figure(made.bytes)} bytes to ${made.directory}: everything confirmed before ${instant(made.begunAt)}.`;
      printResult(options, made, text);
    });
}

interface RestoreOptions extends JsonOption {
  readonly check?: true;
}

/** `restore DIRECTORY` */
export function restoreCommand(): Command {
  return command('restore', 'Restore a backup of the embedded database into an empty DATA_DIR')
    .argument('<directory>', 'Directory of the backup')
    .option('--check', 'Only verify that the backup is complete and undamaged')
    .addHelpText('after', RESTORE_HELP)
    .action(async (directory: string, { check, ...options }: RestoreOptions) => {
      const { checkBackup, restoreDataDir } = await import('../on-data-dir.js');
      if (check) {
        const found = await checkBackup(directory);
        const text = `${found.directory} is in order: everything confirmed before ${instant(found.begunAt)}.`;
        return printResult(options, found, text);
      }
      const restored = await withProgress('Restoring', (report) => restoreDataDir(directory, report));
      const { log } = restored;
      const lines = [
        `Restored into ${restored.dataDir}: everything confirmed before ${instant(restored.begunAt)}.`,
      ];
      if (log !== null)
        lines.push(
          `The event log ends at position ${log.endedAt} and continues after ${log.continuesAfter}. Tell receivers of webhooks ` +
            'and messages, who are not refused: what they got after that position is gone.',
        );
      printResult(options, restored, lines.join('\n'));
    });
}

async function withProgress<T>(
  doing: string,
  work: (report: (done: number, all: number) => void) => Promise<T>,
): Promise<T> {
  const line = new ProgressLine();
  try {
    return await work((done, all) => {
      line.draw(() => `${doing}: ${figure(done)} of about ${figure(Math.max(done, all))} bytes`);
    });
  } finally {
    line.clear();
  }
}
