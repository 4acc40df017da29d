import { ServiceLogger } from '../config/service-logger.js';

/** What the service would log, as plain lines on stderr: stdout is kept for results. */
export class StderrLogger extends ServiceLogger {
  protected override printMessages(messages: unknown[], context?: string): void {
    for (const message of messages) {
      process.stderr.write(`${context === undefined ? '' : `${context}: `}${String(message)}\n`);
    }
  }
}
