import { ServiceLogger } from '../config/service-logger.js';
import { printableLines } from '../printable.js';

/** What the service would log, as plain lines on stderr: stdout is kept for results. */
export class StderrLogger extends ServiceLogger {
  protected override printMessages(messages: unknown[], context = ''): void {
    for (const message of messages) {
      process.stderr.write(`${printableLines(`${context}: ${String(message)}`)}\n`);
    }
  }
}
