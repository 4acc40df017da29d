import { Logger } from '@nestjs/common';
import { readSettings, type Settings } from '../config/settings.js';
import { StderrLogger } from './stderr-logger.js';

/** What a command goes by, which is what the service does, but for brokers: these are the service's. */
export function startCommand(): { settings: Settings; logger: StderrLogger } {
  const settings = { ...readSettings(), redisUrl: null, natsUrl: null };
  const logger = new StderrLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  return { settings, logger };
}

/** Aborted by Ctrl-C, which lets a command end by itself, and its PostgreSQL with it; a second one ends it at once. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
