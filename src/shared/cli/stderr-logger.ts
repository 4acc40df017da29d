import { ServiceLogger } from '../config/service-logger.js';
import { printableLines } from '../printable.js';

/** What the service would log, as plain lines on stderr: stdout is kept for results. */
export class StderrLogger extends ServiceLogger {
  protected override printMessages(messages: unknown[], context?: string): void {
    for (const message of messages) {
      const line = `${context === undefined ? '' : `${context}: `}${String(message)}`;
      process.stderr.write(`${printableLines(line)}\n`);
    }
  }
}
