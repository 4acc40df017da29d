import { DataSource } from 'typeorm';
import type { Ask } from './ask.js';
import { readSettings } from '../config/settings.js';
import { startCommand } from './start-command.js';
import { orStopped } from '../shutdown/stop.js';
import { dataSourceOptions } from '../../kernel/postgres/data-source.js';
import { grantUse } from '../migrations/grant-use.js';
import { openDatabase, connectDatabase, withDatabase } from '../database/database.js';

/** Does a command's work on the database, whose schemas must be up to date. It starts no application. */
export type RunOnDatabase = (work: (dataSource: DataSource) => Promise<void>) => Promise<void>;

/** The same for commands that may ask a service instead. */
export type AskDatabase = Ask<DataSource>;

/** Does a command's work on the database in whatever state its schemas are. It starts no application. */
export type RunOnUrl = (work: (url: string) => Promise<void>) => Promise<void>;

export const onDatabase: RunOnDatabase = async (work) => {
  const { settings, signal } = startCommand(readSettings);
  await withDatabase(await openDatabase(settings, 'cli', signal), async ({ url }) => {
    const dataSource = await new DataSource(dataSourceOptions(url, settings.statementMs)).initialize();
    try {
      await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  });
};

export const onUrl: RunOnUrl = async (work) => {
  const { settings, signal } = startCommand(readSettings);
  await withDatabase(await connectDatabase(settings, 'cli', signal), async (database) => {
    const { ownerUrl, serviceRole } = database;
    await orStopped(work(ownerUrl), signal);
    if (serviceRole !== null) await grantUse(ownerUrl, serviceRole);
  });
};
