import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Access } from '../../../src/shared/access/access.js';
import { hashOf, newApiKey, wordingOf } from '../../../src/shared/access/api-key.js';
import { UnguardedRoute } from '../../../src/shared/access/gate.js';
import { createHttpApp } from '../../../src/shared/http/http-app.js';
import { Needs } from '../../../src/shared/http/needs.js';

@Controller()
class DoorsController {
  @Get('doors')
  @Needs('read')
  list(): object {
    return {};
  }

  @Post('doors')
  @Needs('batches:write')
  open(@Body() body: object): object {
    return body;
  }

  @Get('health/doors')
  health(): object {
    return {};
  }
}

let app: NestFastifyApplication;
afterEach(() => app.close());

const access = new Access();
const key = newApiKey();
access.know([{ id: key.id, hash: hashOf(key.secret), scopes: ['read'], isRevoked: false }]);
const authorization = `Bearer ${wordingOf(key)}`;

async function start(controller: Type<unknown>): Promise<void> {
  class DoorsModule {}
  Module({ controllers: [controller], providers: [{ provide: Access, useValue: access }] })(DoorsModule);
  app = await createHttpApp(DoorsModule, { logger: false });
  await app.init();
}

describe('A call', () => {
  it('is asked for its key before its body is looked at', async () => {
    await start(DoorsController);
    const broken = {
      method: 'POST',
      url: '/doors',
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
        detail: 'The call needs a key, in a header such as Authorization: Bearer earmark_….',
        instance: '/doors',
      });
    }
  });

  it('is told which scope its key lacks', async () => {
    await start(DoorsController);
    const answer = await app.inject({
      method: 'POST',
      url: '/doors',
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
      instance: '/doors',
      scope: 'batches:write',
    });
  });

  it('may be made with the scope that it needs, HEAD as GET', async () => {
    await start(DoorsController);

    for (const method of ['GET', 'HEAD'] as const) {
      expect((await app.inject({ method, url: '/doors' })).statusCode).toBe(401);
      expect((await app.inject({ method, url: '/doors', headers: { authorization } })).statusCode).toBe(200);
    }
  });

  it.each(['/health/doors', '/docs', '/docs/swagger-ui.css', '/openapi.json'])(
    'needs no key for what anybody may see: %s',
    async (url) => {
      await start(DoorsController);

      expect((await app.inject(url)).statusCode).toBe(200);
    },
  );

  it('that nobody answers is told so, key or not', async () => {
    await start(DoorsController);

    for (const headers of [{}, { authorization }]) {
      expect((await app.inject({ url: '/nope', headers })).statusCode).toBe(404);
      expect((await app.inject({ method: 'PUT', url: '/doors', headers })).statusCode).toBe(405);
    }
  });
});

describe('A route that does not say what its callers need', () => {
  it.each(['v1/forgotten', 'metrics', 'healthy', 'documents', 'openapi.json.bak', ':anything'])(
    'stops the start: %s',
    async (path) => {
      @Controller()
      class ForgottenController {
        @Get(path)
        get(): object {
          return {};
        }
      }

      await expect(start(ForgottenController)).rejects.toThrow(UnguardedRoute);
    },
  );
});
