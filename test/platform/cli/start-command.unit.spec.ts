import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readSettings } from '../../../src/platform/config/settings.js';
import { captureOutput } from '../../support/run-command.js';

// A second request to stop, or 15 s after the first, would end the process of the tests.
const atOnce = await import('../../../src/platform/shutdown/at-once.js');
jest.unstable_mockModule('../../../src/platform/shutdown/at-once.js', () => ({
  ...atOnce,
  endAtOnce: () => new Promise(() => undefined),
}));
const { Stopped } = await import('../../../src/platform/shutdown/stop.js');
const { watchOutput } = await import('../../../src/platform/cli/output.js');
const { startCommand, StderrLogger } = await import('../../../src/platform/cli/start-command.js');

const environmentWas = process.env;
beforeEach(() => {
  process.env = { LOG_LEVEL: 'warn' };
});
afterEach(() => {
  process.env = environmentWas;
  Logger.overrideLogger(false);
});

describe('A command that starts', () => {
  it('has the settings of the service without its brokers', () => {
    Object.assign(process.env, {
      DATABASE_URL: 'postgres://somewhere/earmark',
      REDIS_URL: 'redis://somewhere',
      NATS_URL: 'nats://somewhere',
    });

    expect(startCommand(readSettings).settings).toMatchObject({
      databaseUrl: 'postgres://somewhere/earmark',
      redisUrl: null,
      natsUrl: null,
    });
  });

  it('logs to stderr, as much as LOG_LEVEL says', async () => {
    const { logger } = startCommand(readSettings);
    const said = await captureOutput(() => {
      new Logger('pool').warn('It is full.');
      new Logger('pool').log('It is there.');
    });

    expect(logger).toBeInstanceOf(StderrLogger);
    expect(said).toEqual({ stdout: '', stderr: 'pool: It is full.\n' });
  });
});

describe('The log of a command', () => {
  it('has a line for each message, with its context', async () => {
    const logger = new StderrLogger('info');
    const { stderr } = await captureOutput(() => {
      logger.log('one', 'two', 'pool');
      logger.log('alone');
    });

    expect(stderr).toBe('pool: one\npool: two\nEarmark: alone\n');
  });

  it('escapes control characters for the terminal', async () => {
    const { stderr } = await captureOutput(() => new StderrLogger('info').log('\x1b[2Jgone\nnext', 'pool'));

    expect(stderr).not.toContain('\x1b');
    expect(stderr).toMatch(/^pool: .*gone\nnext\n$/);
  });
});

describe('A command', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is stopped by the first %s', (signal) => {
    const before = process.listeners(signal);
    const { signal: interrupted } = startCommand(readSettings);
    const added = process.listeners(signal).filter((listener) => !before.includes(listener));
    expect(interrupted.aborted).toBe(false);

    expect(added).toHaveLength(1);
    added[0]!(signal);

    expect(interrupted.aborted).toBe(true);
    expect(interrupted.reason).toEqual(new Stopped(signal));
  });

  it('is stopped when its output is closed', () => {
    const before = process.stdout.listeners('error');
    watchOutput();
    const added = process.stdout.listeners('error').filter((listener) => !before.includes(listener));
    const { signal: interrupted } = startCommand(readSettings);
    expect(interrupted.aborted).toBe(false);

    for (const listener of added as ((error: Error) => void)[])
      listener(Object.assign(new Error('closed'), { code: 'EPIPE' }));

    expect(interrupted.reason).toEqual(new Stopped('SIGPIPE'));
  });
});
