import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StderrLogger } from '../../../src/platform/cli/start-command.js';
import { formatForTerminal } from '../../../src/platform/logging/terminal-line.js';
import { ServiceLogger } from '../../../src/platform/logging/service-logger.js';
import { runCausedBy, withLogContext } from '../../../src/kernel/cause/causation.js';

const HOSTILE = 'Kept "\u001b[31m\u009b2J\u0085\u2028{\n{"level":"fatal","message":"forged"}';
const ORDERS = /(?!\n)[\p{Cc}\u2028\u2029]/u;

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

describe('a log of JSON lines', () => {
  it('has one line for each entry, with all of its message', () => {
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

describe('a log that nobody reads', () => {
  it('drops lines beyond a bound, and counts them when it is read again', () => {
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
    expect(messages).toEqual(['2 log lines were dropped, because they were not read fast enough', 'three']);
  });
});

describe('a log', () => {
  it.each([
    ['fatal', []],
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
    ['verbose', ['error', 'warn', 'info', 'debug', 'verbose']],
  ] as const)('has the lines of LOG_LEVEL and the levels above it: %s', (least, levels) => {
    const logger = new ServiceLogger(least);
    for (const level of ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'] as const)
      logger[level]('Something');
    const lines = written.split('\n').slice(0, -1);

    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['fatal', ...levels]);
  });

  it('has the start of the framework at level debug only', () => {
    new ServiceLogger('info').log('Mapped {/v1/batches, POST} route', 'RouterExplorer');
    expect(written).toBe('');
    new ServiceLogger('debug').log('Mapped {/v1/batches, POST} route', 'RouterExplorer');
    expect(written).toContain('"level":"debug"');
  });
});

describe('a log on a terminal', () => {
  it('sends the terminal no control characters', () => {
    const isTerminal = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      new ServiceLogger('info').log(HOSTILE, 'Broker');
      new ServiceLogger('info').log({ rows: 7 }, 'Broker');
    } finally {
      process.stdout.isTTY = isTerminal;
    }
    expect(written).toContain('rows');
    expect(written).not.toMatch(ORDERS);
    expect(written).toContain('\\u001b[31m\\u009b2J');
  });

  it('has a call in one short line', () => {
    const isTerminal = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      new ServiceLogger('info').warn('GET /v1/batches 401 1.5 ms: unauthenticated', { status: 401 }, 'calls');
    } finally {
      process.stdout.isTTY = isTerminal;
    }
    expect(written).toMatch(
      /^\d{4}-\d\d-\d\dT\S+Z WARN {2}calls GET \/v1\/batches 401 1\.5 ms: unauthenticated\n$/,
    );
  });

  it('has colours if the terminal has them', () => {
    const json = JSON.stringify({ level: 'warn', time: 'now', context: 'Http', message: 'Slow' });
    expect(formatForTerminal(json, true)).toContain('\u001b[33mWARN \u001b[39m');
    expect(formatForTerminal(json, false)).toBe('now WARN  Http Slow');
  });

  it('sends none to stderr of the command line either', () => {
    new StderrLogger('info').warn(HOSTILE, 'Broker');
    expect(written).toMatch(/^Broker: Kept "\\u001b\[31m/);
    expect(written).not.toMatch(ORDERS);
  });
});

describe('a line of the log', () => {
  const lines = () =>
    written
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const cause = { correlationId: 'chain-7', causationId: null };

  it('has the correlation id of the work that logs it, and of all that this starts', async () => {
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

  it('has its time in ISO 8601, its fields, and the stack of an error', () => {
    const logger = new ServiceLogger('info');
    const { stack } = new Error('broken');
    logger.error('It broke', { rows: 7 }, stack, 'Http');
    expect(lines()).toEqual([
      {
        level: 'error',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        pid: process.pid,
        context: 'Http',
        rows: 7,
        stack,
        message: 'It broke',
      },
    ]);
  });

  it('has the ids of the cause that it is logged with', () => {
    const logger = new ServiceLogger('info');
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    withLogContext({ ...cause, traceparent }, () => logger.log('with a cause'));
    logger.log('without one');

    expect(lines()[0]).toMatchObject({
      correlationId: 'chain-7',
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
    });
    expect(lines()[1]).not.toHaveProperty('correlationId');
  });
});
