import { Logger } from '@nestjs/common';
import { readSettings, type Settings } from '../config/settings.js';
import { StderrLogger } from './stderr-logger.js';

/** What a command goes by. */
export interface Start {
  /** Those of the service, but for brokers, which are the service's alone. */
  readonly settings: Settings;
  readonly logger: StderrLogger;
  /** Aborted by Ctrl-C, which lets a command end by itself, and its PostgreSQL with it; a second one ends it at once. */
  readonly signal: AbortSignal;
}

export function startCommand(): Start {
  const settings = { ...readSettings(), redisUrl: null, natsUrl: null };
  const logger = new StderrLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  return { settings, logger, signal: interruption() };
}

function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
