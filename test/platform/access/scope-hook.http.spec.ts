import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { hashOf, newApiKey, formatApiKey } from '../../../src/platform/access/keys/api-key.js';
import { FailedAuthLimiter } from '../../../src/platform/access/failed-auth-limiter.js';
import { UnguardedRoute } from '../../../src/platform/access/scope-hook.js';
import { openProbe } from './probe-controller.js';

let app: NestFastifyApplication;
afterEach(() => app.close());

const access = new Authenticator();
const key = newApiKey();
access.setKeys([{ id: key.id, name: 'shop', hash: hashOf(key.secret), scopes: ['read'], isRevoked: false }]);
const authorization = `Bearer ${formatApiKey(key)}`;

describe('A call', () => {
  it('is asked for its key before its body is read', async () => {
    app = await openProbe(access);
    const broken = {
      method: 'POST',
      url: '/probe',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    };
    const large = { ...broken, payload: `"${'x'.repeat(1024 * 1024)}"` };
    const strange = { ...broken, headers: { 'content-type': 'text/plain' } };

    for (const call of [broken, large, strange] as const) {
      const answer = await app.inject({ ...call, method: 'POST' });
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.json()).toEqual({
        type: 'urn:earmark:problem:unauthenticated',
        title: 'Unauthenticated',
        status: 401,
        detail: 'The call needs a key, as in Authorization: Bearer earmark_….',
        instance: '/probe',
        help: '/problems/unauthenticated',
      });
    }
  });

  it('gets 403 with the scope that its key lacks', async () => {
    app = await openProbe(access);
    const answer = await app.inject({
      method: 'POST',
      url: '/probe',
      payload: {},
      headers: { authorization },
    });

    expect(answer.statusCode).toBe(403);
    expect(answer.headers['www-authenticate']).toBe(
      'Bearer error="insufficient_scope", scope="batches:write"',
    );
    expect(answer.json()).toEqual({
      type: 'urn:earmark:problem:forbidden',
      title: 'Forbidden',
      status: 403,
      detail: 'The key lacks the scope batches:write.',
      instance: '/probe',
      help: '/problems/forbidden',
      scope: 'batches:write',
    });
  });

  it('counts as failed if its key lacks the scope, as one without a key does', async () => {
    const note = jest.spyOn(FailedAuthLimiter.prototype, 'record');
    app = await openProbe(access);
    const call = { method: 'DELETE', url: '/probe' } as const;
    expect((await app.inject({ ...call, headers: { authorization } })).statusCode).toBe(403);
    expect(note).toHaveBeenCalledTimes(1);
    expect((await app.inject(call)).statusCode).toBe(401);
    expect(note).toHaveBeenCalledTimes(2);
    jest.restoreAllMocks();
  });

  it('is admitted with the scope that it needs, HEAD like GET', async () => {
    app = await openProbe(access);

    for (const method of ['GET', 'HEAD'] as const) {
      expect((await app.inject({ method, url: '/probe' })).statusCode).toBe(401);
      expect((await app.inject({ method, url: '/probe', headers: { authorization } })).statusCode).toBe(200);
    }
  });

  it.each(['/health/probe', '/docs', '/docs/swagger-ui.css', '/openapi.json'])(
    'needs no key for an open route: %s',
    async (url) => {
      app = await openProbe(access);

      expect((await app.inject(url)).statusCode).toBe(200);
    },
  );

  it('to an unknown path gets 404, with or without a key', async () => {
    app = await openProbe(access);

    for (const headers of [{}, { authorization }]) {
      expect((await app.inject({ url: '/nope', headers })).statusCode).toBe(404);
      expect((await app.inject({ method: 'PUT', url: '/probe', headers })).statusCode).toBe(405);
    }
  });
});

describe('A route that names no scope', () => {
  it.each(['v1/forgotten', 'metrics', 'healthy', 'documents', 'openapi.json.bak', ':anything'])(
    'stops the start: %s',
    async (path) => {
      @Controller()
      class UnscopedController {
        @Get(path)
        get(): object {
          return {};
        }
      }

      await expect(openProbe(access, { controller: UnscopedController })).rejects.toThrow(UnguardedRoute);
    },
  );
});
