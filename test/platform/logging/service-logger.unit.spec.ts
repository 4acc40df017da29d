import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StderrLogger } from '../../../src/platform/cli/start-command.js';
import { ServiceLogger } from '../../../src/platform/logging/service-logger.js';
import { runCausedBy, withLogContext } from '../../../src/kernel/cause/causation.js';

const HOSTILE = 'Kept "\u001b[31m\u009b2J\u0085\u2028{\n{"level":"fatal","message":"forged"}';
const ORDERS = /(?!\n)[\p{Cc}\u2028\u2029]/u;

/** As Nest colours a line. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[(?:3\\d|38;5;3)m`, 'g');

let written: string;
beforeEach(() => {
  written = '';
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
});
afterEach(() => {
  jest.restoreAllMocks();
});

describe('A log of JSON lines', () => {
  it('has one line for each entry, whatever it tells of, and all of it', () => {
    const logger = new ServiceLogger('info');
    logger.log(HOSTILE, 'Broker');
    logger.warn(HOSTILE);
    logger.error(new Error(HOSTILE).stack, 'Http');
    const lines = written.split('\n').slice(0, -1);

    expect(lines).toHaveLength(3);
    expect(written).not.toMatch(ORDERS);
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual([
      'info',
      'warn',
      'error',
    ]);
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      HOSTILE,
      HOSTILE,
      expect.stringContaining(HOSTILE),
    ]);
  });
});

describe('A log that nobody reads', () => {
  it('drops lines beyond a bound instead of filling the memory, and counts them when it is read again', () => {
    const logger = new ServiceLogger('info');
    Object.defineProperty(process.stdout, 'writableLength', { value: 1024 * 1024, configurable: true });
    logger.log('one');
    logger.log('two');
    expect(written).toBe('');

    Reflect.deleteProperty(process.stdout, 'writableLength');
    logger.log('three');

    const messages = written
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages).toEqual(['2 lines were dropped: nobody read them', 'three']);
  });
});

describe('A log', () => {
  it.each([
    ['fatal', []],
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
    ['verbose', ['error', 'warn', 'info', 'debug', 'verbose']],
  ] as const)('holds what is as grave as LOG_LEVEL says, or graver: %s', (least, levels) => {
    const logger = new ServiceLogger(least);
    for (const level of ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const)
      logger[level]('Something');
    const lines = written.split('\n').slice(0, -1);

    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['fatal', ...levels]);
  });

  it('is told of the start of the framework only where somebody debugs it', () => {
    new ServiceLogger('info').log('Mapped {/v1/batches, POST} route', 'RouterExplorer');
    expect(written).toBe('');
    new ServiceLogger('debug').log('Mapped {/v1/batches, POST} route', 'RouterExplorer');
    expect(written).toContain('"level":"debug"');
  });
});

describe('A log for people', () => {
  it('gives no orders to their terminal', () => {
    const isTerminal = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      new ServiceLogger('info').log(HOSTILE, 'Broker');
      new ServiceLogger('info').log({ rows: 7 }, 'Broker');
    } finally {
      process.stdout.isTTY = isTerminal;
    }
    expect(written).toContain('rows');
    // Those that colour the line are our own.
    expect(written.replaceAll(COLOUR, '')).not.toMatch(ORDERS);
    expect(written).toContain('\\u001b[31m\\u009b2J');
  });

  it('gives none on stderr of the command line', () => {
    new StderrLogger('info').warn(HOSTILE, 'Broker');
    expect(written).toMatch(/^Broker: Kept "\\u001b\[31m/);
    expect(written).not.toMatch(ORDERS);
  });
});

describe('A line of the log', () => {
  const lines = () =>
    written
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const cause = { correlationId: 'chain-7', causationId: null };

  it('has the correlation of the work that it is told by, and all that this has started', async () => {
    const logger = new ServiceLogger('info');
    await runCausedBy(cause, async () => {
      logger.log('within');
      await Promise.resolve();
      logger.warn('and after a pause');
    });
    logger.log('outside');

    expect(lines().map(({ correlationId }) => correlationId)).toEqual(['chain-7', 'chain-7', undefined]);
    expect(lines()[0]).not.toHaveProperty('trace_id');
  });

  it('has that of what it is about, where that is named', () => {
    const logger = new ServiceLogger('info');
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    withLogContext({ ...cause, traceparent }, () => logger.log('about it'));
    logger.log('about something else');

    expect(lines()[0]).toMatchObject({
      correlationId: 'chain-7',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
    });
    expect(lines()[1]).not.toHaveProperty('correlationId');
  });
});
