import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StderrLogger } from '../../../src/shared/cli/stderr-logger.js';
import { ServiceLogger } from '../../../src/shared/config/service-logger.js';

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
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      HOSTILE,
      HOSTILE,
      expect.stringContaining(HOSTILE),
    ]);
  });
});

describe('A log for people', () => {
  it('gives no orders to their terminal', () => {
    const isTerminal = process.stdout.isTTY;
    process.stdout.isTTY = true;
    try {
      new ServiceLogger('info').log(HOSTILE, 'Broker');
    } finally {
      process.stdout.isTTY = isTerminal;
    }
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
