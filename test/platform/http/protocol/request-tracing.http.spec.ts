import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ServiceLogger } from '../../../../src/platform/logging/service-logger.js';
import { isTracing } from '../../../../src/kernel/metrics/spans.js';
import { logContext } from '../../../../src/kernel/cause/causation.js';
import { eventually } from '../../../../testing/eventually.js';
import { startProbe } from '../probe.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

let app: NestFastifyApplication;
let url: string;
beforeAll(async () => {
  app = await startProbe();
  url = await app.getUrl();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => app.close());

const put = (sku: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/shelves`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ reference: 'A-1', sku, quantity: 1 }),
  });

describe('A call', () => {
  it('that changes something without a trace has no cause while access control is off', async () => {
    const run = jest.spyOn(AsyncLocalStorage.prototype, 'run');
    expect((await put('LAMP')).status).toBe(201);

    expect(run).not.toHaveBeenCalled();
  });

  it('that changes something within a trace is the cause, with its caller', async () => {
    const run = jest.spyOn(AsyncLocalStorage.prototype, 'run');
    const sent = ['', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, 'x', TRACEPARENT];
    for (const traceparent of sent) expect((await put('LAMP', { traceparent })).status).toBe(201);

    const causes = run.mock.calls.map(([cause]) => cause as { correlationId: string });
    expect(causes).toMatchObject(sent.map(() => ({ actor: 'loopback', causationId: null })));
    expect(causes[3]).toMatchObject({ correlationId: TRACE });
    expect(isTracing()).toBe(false);
  });

  it('that only reads is no cause, since it may be a live feed', async () => {
    const run = jest.spyOn(AsyncLocalStorage.prototype, 'run');
    await fetch(`${url}/v1/shelves`, { headers: { traceparent: TRACEPARENT } });

    expect(run).not.toHaveBeenCalled();
  });

  it('within a trace leaves no context behind', async () => {
    const run = jest.spyOn(AsyncLocalStorage.prototype, 'run');
    const disable = jest.spyOn(AsyncLocalStorage.prototype, 'disable');
    await Promise.all([put('LAMP', { traceparent: TRACEPARENT }), put('LAMP', { traceparent: TRACEPARENT })]);

    expect(run).toHaveBeenCalledTimes(2);
    await eventually('nobody is inside', () => disable.mock.calls.length > 0);
    expect(logContext()).toBeUndefined();
  });

  it('that fails is found in the log by its trace', async () => {
    let written = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
    Logger.overrideLogger(new ServiceLogger('info'));
    try {
      expect((await put('BROKEN', { traceparent: TRACEPARENT })).status).toBe(500);
      expect((await put('BROKEN')).status).toBe(500);
    } finally {
      Logger.overrideLogger(false);
    }
    const [followed, other] = written
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { correlationId: string; trace_id?: string });

    expect(followed).toMatchObject({ correlationId: TRACE, trace_id: TRACE, span_id: '00f067aa0ba902b7' });
    expect(other!.correlationId).toMatch(/^[\da-f-]{36}$/);
    expect(other).not.toHaveProperty('trace_id');
  });
});
