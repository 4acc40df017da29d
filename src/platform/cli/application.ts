import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Settings } from '../config/settings.js';
import { openDatabase, withDatabase } from '../database/database.js';
import type { Application } from './application-runner.js';
import { startCommand } from './start-command.js';

/**
 * Opens the database and the application, does the work, and closes both.
 * @param read reads the settings of the application
 * @param moduleOn the application for the process context `cli`
 */
export async function inApplication<S extends Settings>(
  read: () => S,
  moduleOn: (settings: S, databaseUrl: string) => DynamicModule,
  work: (application: Application) => Promise<void>,
): Promise<void> {
  const { settings, logger, signal } = startCommand(read);
  await withDatabase(await openDatabase(settings, 'cli', signal), async ({ url }) => {
    const module = moduleOn(settings, url);
    const context = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    try {
      await work({
        commands: context.get(CommandBus),
        queries: context.get(QueryBus),
        signal,
        get: (token) => context.get(token, { strict: false }),
      });
    } finally {
      await context.close();
    }
  });
}
