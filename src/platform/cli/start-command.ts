import { Logger } from '@nestjs/common';
import type { Settings } from '../config/settings.js';
import { listenForStop } from '../shutdown/stop.js';
import { stopWithNpm } from '../shutdown/with-npm.js';
import { StderrLogger } from './stderr-logger.js';

/** What a command goes by. */
export interface Start<S extends Settings> {
  /** Those of the service, but for brokers, which are the service's alone. */
  readonly settings: S;
  readonly logger: StderrLogger;
  /** Aborted by Ctrl-C, which lets a command end by itself; a second one ends it at once. Either way its PostgreSQL ends with it. */
  readonly signal: AbortSignal;
}

export function startCommand<S extends Settings>(read: () => S): Start<S> {
  const settings = { ...read(), redisUrl: null, natsUrl: null };
  const logger = new StderrLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  const stop = listenForStop();
  stopWithNpm(stop);
  // Nobody reads the results any more.
  for (const stream of [process.stdout, process.stderr]) stream.once('error', () => stop.ask('SIGPIPE'));
  return { settings, logger, signal: stop.signal };
}
