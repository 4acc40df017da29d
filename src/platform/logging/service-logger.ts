import { ConsoleLogger, type LogLevel as NestLevel } from '@nestjs/common';
import { gatherTurn, isRead } from '../shutdown/output.js';
import { printable, printableLines } from './escape-control-characters.js';
import { parseTraceparent } from '../../kernel/metrics/traceparent.js';
import { logContext } from '../../kernel/cause/causation.js';
import type { LogLevel } from '../config/settings.js';

const LEVELS: readonly NestLevel[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** What the framework tells of its own start is of interest to those who debug it only. */
const FRAMEWORK = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Lines for people on a terminal, JSON lines everywhere else. */
export class ServiceLogger extends ConsoleLogger {
  constructor(least: LogLevel) {
    const isTerminal = process.stdout.isTTY;
    const count = LEVELS.indexOf(least === 'info' ? 'log' : least) + 1;
    super('Earmark', {
      json: !isTerminal,
      colors: isTerminal,
      flattenParams: true,
      logLevels: LEVELS.slice(0, count),
    });
  }

  /** Lines that were dropped since somebody read the last one. */
  #dropped = 0;

  protected override printMessages(...all: Parameters<ConsoleLogger['printMessages']>): void {
    const stream = process[all[3] ?? 'stdout'];
    if (!isRead(stream)) {
      this.#dropped++;
      return;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0) this.warn(`${String(dropped)} lines were dropped: nobody read them`, 'log');
    gatherTurn(stream);
    super.printMessages(...all);
  }

  protected override printStackTrace(...all: Parameters<ConsoleLogger['printStackTrace']>): void {
    if (isRead(process.stderr)) super.printStackTrace(...all);
  }

  override log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (typeof context === 'string' && FRAMEWORK.has(context)) super.debug(message, ...(rest as [string]));
    else super.log(message, ...rest);
  }

  /** Its levels are those of LOG_LEVEL. JSON leaves as they are some characters that break lines, or are orders to a terminal. */
  protected override stringifyJsonLogObject(entry: Record<string, unknown>): string {
    const level = entry.level === 'log' ? 'info' : entry.level;
    const line = { ...entry, level, ...idsAtHand() };
    // Nest looks at each value for what JSON has no words for, which a line of every call need not pay for.
    return printable(isPlain(line) ? JSON.stringify(line) : super.stringifyJsonLogObject(line));
  }

  /** Fields that stand beside the message; Node's own way of writing them leaves some line breaks as they are. */
  protected override stringifyParams(fields: Record<string, unknown>): string {
    return printable(super.stringifyParams(fields));
  }

  /** Before the colours are put on, which are such orders, too. */
  protected override stringifyMessage(message: unknown, level: NestLevel): string {
    return super.stringifyMessage(typeof message === 'string' ? printableLines(message) : message, level);
  }
}

/** Texts that are longer are left to Nest, which shortens what is far too long. */
const LONGEST_PLAIN = 1_000;

function isPlain(line: Readonly<Record<string, unknown>>): boolean {
  for (const name in line) {
    const value = line[name];
    if (typeof value === 'string' ? value.length > LONGEST_PLAIN : !isSimple(value)) return false;
  }
  return true;
}

const isSimple = (value: unknown): boolean =>
  value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean';

/** By which a line is found that belongs to a call, an event or a message, in the words of OpenTelemetry. */
function idsAtHand(): object {
  const cause = logContext();
  if (!cause) return {};
  const trace = parseTraceparent(cause.traceparent);
  return {
    correlationId: cause.correlationId,
    ...(trace && { trace_id: trace.traceId, span_id: trace.spanId }),
  };
}
