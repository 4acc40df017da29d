import { Logger, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { readSettings, type Settings } from '../config/settings.js';
import { openDatabase, reachDatabase } from '../persistence/database.js';
import { StderrLogger } from './stderr-logger.js';

/** The application as a command has it while it runs. */
export interface Application {
  readonly commands: CommandBus;
  readonly queries: QueryBus;
  /** Aborted by Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  readonly get: <T>(token: Type<T>) => T;
}

/** Runs a command's work on the application, opened before and closed behind it. */
export type Run = (work: (application: Application) => Promise<void>) => Promise<void>;

/** Runs a command's work on the database alone, whatever state its schemas are in. */
export type RunOnDatabase = (work: (url: string) => Promise<void>) => Promise<void>;

/** @param moduleOn the whole application, in the role of the command line */
export function inApplication(moduleOn: (settings: Settings, databaseUrl: string) => DynamicModule): Run {
  return async (work) => {
    const signal = interruption();
    const { settings, logger } = start();
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
  };
}

export const onDatabase: RunOnDatabase = async (work) => {
  const { settings } = start();
  const database = await reachDatabase(settings, 'command line');
  try {
    await work(database.url);
  } finally {
    await database.close();
  }
};

/** Brokers are the service's. */
function start(): { settings: Settings; logger: StderrLogger } {
  const settings = { ...readSettings(), redisUrl: null, natsUrl: null };
  const logger = new StderrLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  return { settings, logger };
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
