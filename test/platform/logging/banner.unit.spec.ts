import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { announceStart, formatBanner } from '../../../src/platform/logging/banner.js';
import { ServiceLogger } from '../../../src/platform/logging/service-logger.js';

const FACTS = {
  url: 'http://localhost:3000',
  version: '1.2.3',
  database: 'PostgreSQL at db:5432/earmark',
  access: 'API keys',
  servesConsole: true,
};

let written: string;
const isTerminal = process.stdout.isTTY;
beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  process.stdout.isTTY = isTerminal;
  jest.restoreAllMocks();
});

describe('the start of the service', () => {
  it('is announced on a terminal by a banner', () => {
    process.stdout.isTTY = true;
    announceStart(new ServiceLogger('info'), FACTS);
    expect(written).toBe(`
  Earmark 1.2.3

  Console   http://localhost:3000/console/
  API       http://localhost:3000/v1
  Docs      http://localhost:3000/docs
  Database  PostgreSQL at db:5432/earmark
  Access    API keys

`);
  });

  it('is announced by a line of JSON if stdout is no terminal', () => {
    process.stdout.isTTY = false;
    announceStart(new ServiceLogger('info'), FACTS);
    const { version, database, access } = FACTS;
    expect(JSON.parse(written)).toMatchObject({
      level: 'info',
      context: 'Earmark',
      message:
        'The API is at http://localhost:3000/v1, its documentation at http://localhost:3000/docs, ' +
        'the console at http://localhost:3000/console/',
      version,
      database,
      access,
    });
  });

  it('is announced without the console if that is off', () => {
    expect(formatBanner({ ...FACTS, servesConsole: false })).not.toContain('console');
  });

  it('is not announced if LOG_LEVEL is above info', () => {
    process.stdout.isTTY = true;
    announceStart(new ServiceLogger('warn'), FACTS);
    expect(written).toBe('');
  });

  it('has no control characters in its banner', () => {
    expect(formatBanner({ ...FACTS, database: 'in /tmp/\u001b[2J' })).toContain('in /tmp/\\u001b[2J');
  });
});
