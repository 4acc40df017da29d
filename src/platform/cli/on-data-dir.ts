import { resolve } from 'node:path';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { gapAfter, noteRestore, type RestoredLog } from '../../kernel/event-log/restored.js';
import { dataSourceOptions } from '../../kernel/postgres/data-source.js';
import { startCommand } from './start-command.js';
import { InvalidSetting } from '../config/setting-parsers.js';
import { readSettings } from '../config/settings.js';
import { makeBackup, type Sending } from '../backup/backup.js';
import { verifyBackup, type BackupManifest } from '../backup/backup-files.js';
import { restoreBackup } from '../backup/restore.js';

/** A backup that was made or found in order, as a command prints it. */
export interface FoundBackup extends BackupManifest {
  readonly directory: string;
  /** Of all its files. */
  readonly bytes: number;
}

export interface Restored extends Pick<BackupManifest, 'begunAt' | 'endedAt' | 'version' | 'postgres'> {
  readonly dataDir: string;
  readonly backup: string;
  /** null: the database has no event log. */
  readonly log: RestoredLog | null;
}

/** Backs up the embedded database of `DATA_DIR`, as `makeBackup` does. */
export async function backUpDataDir(
  directory: string,
  sending: Pick<Sending, 'bytesPerSecond' | 'report'>,
): Promise<FoundBackup> {
  const { dataDir, bin, log, signal } = startEmbedded(
    'backup',
    'Back up your own with its tools: pg_basebackup or pg_dump',
  );
  return found(directory, await makeBackup({ dataDir, bin, log, signal, target: directory, ...sending }));
}

/** Requires that a backup is in order, as `verifyBackup` does. */
export async function checkBackup(directory: string): Promise<FoundBackup> {
  const { signal } = startCommand(readSettings);
  return found(directory, await verifyBackup(resolve(directory), signal));
}

/** Restores a backup into `DATA_DIR`, as `restoreBackup` does, and lets the event log continue behind a gap. */
export async function restoreDataDir(
  directory: string,
  report: (done: number, all: number) => void,
): Promise<Restored> {
  const { dataDir, bin, log, signal, statementMs } = startEmbedded(
    'restore',
    'Restore your own with its own tools',
  );
  return restoreBackup({
    backup: directory,
    dataDir,
    bin,
    log,
    signal,
    report,
    finish: async (url, { begunAt, endedAt, version, postgres }) => {
      const dataSource = await new DataSource(dataSourceOptions(url, statementMs)).initialize();
      try {
        const seconds = (Date.now() - Date.parse(begunAt)) / 1_000;
        const ended = await noteRestore(dataSource.manager, gapAfter(seconds));
        return { dataDir, backup: resolve(directory), begunAt, endedAt, version, postgres, log: ended };
      } finally {
        await dataSource.destroy();
      }
    },
  });
}

/** @throws {InvalidSetting} if the database is not the embedded one */
function startEmbedded(command: string, instead: string) {
  const { settings, signal } = startCommand(readSettings);
  const { databaseUrl, dataDir, postgresBin: bin, statementMs } = settings;
  if (databaseUrl !== null)
    throw new InvalidSetting(
      'DATABASE_URL',
      `is set, but \`${command}\` works on the embedded PostgreSQL only. ${instead} (docs/operations.md)`,
    );
  const logger = new Logger('Database');
  return { dataDir, bin, statementMs, signal, log: (line: string) => logger.log(line) };
}

const found = (directory: string, manifest: BackupManifest): FoundBackup => ({
  directory: resolve(directory),
  bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
  ...manifest,
});
