import { ServiceLogger } from '../logging/service-logger.js';
import { printableLines } from '../logging/escape-control-characters.js';

/** What the service would log, as plain lines on stderr: stdout is kept for results. */
export class StderrLogger extends ServiceLogger {
  protected override printMessages(messages: unknown[], context = ''): void {
    for (const message of messages) {
      process.stderr.write(`${printableLines(`${context}: ${String(message)}`)}\n`);
    }
  }
}
