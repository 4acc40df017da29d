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

/**
 * Prepares settings, logging and signals. An embedded PostgreSQL ends with the command, however that ends.
 * @returns a signal that is aborted by Ctrl-C and when the output is closed; a second Ctrl-C ends the process at once
 */
export function startCommand<S extends Settings>(read: () => S) {
  // Without brokers: a command neither publishes nor receives.
  const settings = { ...read(), redisUrl: null, natsUrl: null };
  const logger = new StderrLogger(settings.logLevel);
  Logger.overrideLogger(logger);
  const stop = listenForStop();
  stopWithNpm(stop);
  outputClosed.addEventListener('abort', () => stop.ask('SIGPIPE'), { once: true });
  return { settings, logger, signal: stop.signal };
}
