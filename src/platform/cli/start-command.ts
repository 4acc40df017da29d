import { Logger } from '@nestjs/common';
import type { LogLevel, Settings } from '../config/settings.js';
import { printableLines } from '../logging/escape-control-characters.js';
import { ServiceLogger } from '../logging/service-logger.js';
import { isRead } from '../shutdown/output.js';
import { listenForStop } from '../shutdown/stop.js';
import { stopWithNpm } from '../shutdown/with-npm.js';
import { outputClosed } from './output.js';

/** Logs plain lines to stderr: stdout is kept for results. */
export class StderrLogger extends ServiceLogger {
  constructor(least: LogLevel) {
    super(least, {
      hasRoom: () => isRead(process.stderr),
      write(json) {
        const { context, message } = JSON.parse(json) as { context: string; message: string };
        process.stderr.write(`${printableLines(`${context}: ${message}`)}\n`);
      },
    });
  }
}

export interface CommandContext<S extends Settings> {
  /** Those of the service without its brokers: a command neither publishes nor receives. */
  readonly settings: S;
  readonly logger: StderrLogger;
  /** Aborted by Ctrl-C and when the output is closed. A second Ctrl-C ends the process at once. */
  readonly signal: AbortSignal;
}

/** Prepares settings, logging and signals. An embedded PostgreSQL ends with the command, however that ends. */
export function startCommand<S extends Settings>(read: () => S): CommandContext<S> {
  const settings = { ...read(), redisUrl: null, natsUrl: null };
  const logger = new StderrLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  const stop = listenForStop();
  stopWithNpm(stop);
  outputClosed.addEventListener('abort', () => stop.ask('SIGPIPE'), { once: true });
  return { settings, logger, signal: stop.signal };
}
