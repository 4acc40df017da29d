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
