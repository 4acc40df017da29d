import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';
import { pino, stdTimeFunctions, symbols, type DestinationStream, type Logger } from 'pino';
import { logContext } from '../../kernel/cause/causation.js';
import { parseTraceparent } from '../../kernel/metrics/traceparent.js';
import type { LogLevel } from '../config/settings.js';
import { gatherTurn, isRead } from '../shutdown/output.js';
import { printable } from './escape-control-characters.js';
import { formatForTerminal } from './terminal-line.js';

const LEVELS = { fatal: 60, error: 50, warn: 40, info: 30, debug: 20, verbose: 10 } as const;

/** The context of a line whose logger has none. */
const DEFAULT_CONTEXT = 'Earmark';

/** What the framework says about its own start is of interest only when it is debugged. */
const FRAMEWORK = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

export interface LogOutput {
  /** Whether there is room for a line of this level. If not, it is dropped. */
  hasRoom(level: number): boolean;
  /** @param json the line, without its end */
  write(json: string, level: number): void;
}

/** Nest's logger on pino: JSON lines with ISO times, or lines for people on a terminal. */
export class ServiceLogger implements LoggerService {
  readonly fatal = this.#loggerAt('fatal');
  readonly error = this.#loggerAt('error');
  readonly warn = this.#loggerAt('warn');
  readonly debug = this.#loggerAt('debug');
  readonly verbose = this.#loggerAt('verbose');
  readonly #pino: Logger<LogLevel>;
  readonly #output: LogOutput;
  /** Lines that were dropped since the last one that was written. */
  #dropped = 0;

  constructor(least: LogLevel, output: LogOutput = PROCESS_OUTPUT) {
    this.#output = output;
    this.#pino = pino<LogLevel>(
      {
        level: least,
        customLevels: LEVELS,
        useOnlyCustomLevels: true,
        base: { pid: process.pid },
        messageKey: 'message',
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
        mixin: currentIds,
      },
      this.#destination(),
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const isOfFramework = typeof context === 'string' && FRAMEWORK.has(context);
    this.#log(isOfFramework ? 'debug' : 'info', message, rest);
  }

  isLevelEnabled(level: LogLevel): boolean {
    return this.#pino.isLevelEnabled(level);
  }

  #loggerAt(level: LogLevel) {
    return (message: unknown, ...rest: unknown[]): void => this.#log(level, message, rest);
  }

  /**
   * By Nest's convention.
   * @param rest fields as objects, the stack of an error, further messages, and last of all the context
   */
  #log(level: LogLevel, message: unknown, rest: unknown[]): void {
    if (!this.#pino.isLevelEnabled(level)) return;
    const last = rest.at(-1);
    const hasContext = typeof last === 'string' && !isStack(last);
    const params = hasContext ? rest.slice(0, -1) : rest;
    const fields: Record<string, unknown> = { context: hasContext ? last : DEFAULT_CONTEXT };
    const messages = [message];
    for (const each of params) {
      if (typeof each === 'object') Object.assign(fields, each);
      else if (isStack(each)) fields.stack = each;
      else if (each !== undefined) messages.push(each);
    }
    for (const each of messages) this.#pino[level](fields, textOf(each));
  }

  #destination(): DestinationStream {
    const destination = {
      // Has pino set `lastLevel`.
      [symbols.needsMetadataGsym]: true,
      lastLevel: 0,
      write: (line: string): void => this.#writeLine(line.trimEnd(), destination.lastLevel),
    };
    return destination;
  }

  #writeLine(json: string, level: number): void {
    if (!this.#output.hasRoom(level)) {
      this.#dropped++;
      return;
    }
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (dropped > 0)
      this.warn(`${dropped} log lines were dropped, because they were not read fast enough`, 'log');
    this.#output.write(json, level);
  }
}

const streamOf = (level: number): NodeJS.WriteStream =>
  level >= LEVELS.error ? process.stderr : process.stdout;

/** Errors go to stderr, all other lines to stdout. JSON escapes only some of the characters that disturb a terminal. */
const PROCESS_OUTPUT: LogOutput = {
  hasRoom: (level) => isRead(streamOf(level)),
  write(json, level) {
    const stream = streamOf(level);
    gatherTurn(stream);
    // `hasColors` honours NO_COLOR.
    stream.write(
      `${process.stdout.isTTY ? formatForTerminal(json, stream.hasColors?.()) : printable(json)}\n`,
    );
  },
};

function isStack(value: unknown): value is string {
  return typeof value === 'string' && /\n\s+at \S/.test(value);
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  return message instanceof Error
    ? (message.stack ?? message.message)
    : inspect(message, { breakLength: Infinity });
}

/** The ids by which the lines of a call, an event or a message are found, in the words of OpenTelemetry. */
function currentIds(): object {
  const cause = logContext();
  if (!cause) return {};
  const trace = parseTraceparent(cause.traceparent);
  return {
    correlationId: cause.correlationId,
    ...(trace && { trace_id: trace.traceId, span_id: trace.spanId }),
  };
}
