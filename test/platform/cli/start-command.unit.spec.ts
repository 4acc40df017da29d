import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { readSettings } from '../../../src/platform/config/settings.js';
import { startCommand } from '../../../src/platform/cli/start-command.js';
import { StderrLogger } from '../../../src/platform/cli/stderr-logger.js';
import { Stopped } from '../../../src/platform/shutdown/stop.js';
import { captureOutput } from '../../support/run-command.js';

const environmentWas = process.env;
beforeEach(() => {
  process.env = { LOG_LEVEL: 'warn' };
});
afterEach(() => {
  process.env = environmentWas;
  Logger.overrideLogger(false);
});

describe('The start of a command', () => {
  it('goes by the settings of the service, but for its brokers', () => {
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

  it('logs what the service would to stderr, as much as LOG_LEVEL says', async () => {
    const { logger } = startCommand(readSettings);
    const said = await captureOutput(() => {
      new Logger('pool').warn('It is full.');
      new Logger('pool').log('It is there.');
    });

    expect(logger).toBeInstanceOf(StderrLogger);
    expect(said).toEqual({ stdout: '', stderr: 'pool: It is full.\n' });
  });
});

describe('What is logged to stderr', () => {
  it('is a line for each message, with who says it', async () => {
    const logger = new StderrLogger('info');
    const { stderr } = await captureOutput(() => {
      logger.log('one', 'two', 'pool');
      logger.log('alone');
    });

    expect(stderr).toBe('pool: one\npool: two\nEarmark: alone\n');
  });

  it('is no order to a terminal', async () => {
    const { stderr } = await captureOutput(() => new StderrLogger('info').log('\x1b[2Jgone\nnext', 'pool'));

    expect(stderr).not.toContain('\x1b');
    expect(stderr).toMatch(/^pool: .*gone\nnext\n$/);
  });
});

describe('A command', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('is asked to end by the first %s', (signal) => {
    const before = process.listeners(signal);
    const { signal: interrupted } = startCommand(readSettings);
    const added = process.listeners(signal).filter((listener) => !before.includes(listener));
    expect(interrupted.aborted).toBe(false);

    expect(added).toHaveLength(1);
    added[0]!(signal);

    expect(interrupted.aborted).toBe(true);
    expect(interrupted.reason).toEqual(new Stopped(signal));
  });

  it('is asked to end when nobody reads its results any more', () => {
    const before = process.stdout.listeners('error');
    const { signal: interrupted } = startCommand(readSettings);
    const [lost] = process.stdout.listeners('error').filter((listener) => !before.includes(listener));

    (lost as () => void)();

    expect(interrupted.reason).toEqual(new Stopped('SIGPIPE'));
  });
});
