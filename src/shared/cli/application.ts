import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { Settings } from '../config/settings.js';
import { openDatabase } from '../persistence/database.js';
import type { Application } from './run.js';
import { interruption, startCommand } from './start-command.js';

/** @param moduleOn the whole application, in the role of the command line */
export async function inApplication(
  moduleOn: (settings: Settings, databaseUrl: string) => DynamicModule,
  work: (application: Application) => Promise<void>,
): Promise<void> {
  const signal = interruption();
  const { settings, logger } = startCommand();
  const database = await openDatabase(settings, 'command line');
  try {
    const module = moduleOn(settings, database.url);
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
  } finally {
    await database.close();
  }
}
