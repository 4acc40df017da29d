import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { hashOf, newApiKey, formatApiKey } from '../../../src/platform/access/keys/api-key.js';
import { DEFAULT_LIMITS } from '../../../src/platform/config/limit-settings.js';
import type { Scope } from '../../../src/platform/access/callers/caller.js';
import { openProbe } from './probe-controller.js';

let app: NestFastifyApplication;
afterEach(() => app.close());

function keys(...scopes: Scope[][]): { access: Authenticator; headers: string[] } {
  const access = new Authenticator();
  const all = scopes.map((each) => ({ key: newApiKey(), scopes: each }));
  access.setKeys(
    all.map(({ key, scopes }) => ({
      id: key.id,
      name: `key ${key.id}`,
      hash: hashOf(key.secret),
      scopes,
      isRevoked: false,
    })),
  );
  return { access, headers: all.map(({ key }) => `Bearer ${formatApiKey(key)}`) };
}

const get = (authorization?: string, url = '/probe', remoteAddress = '127.0.0.1') =>
  app.inject({ url, remoteAddress, headers: { ...(authorization !== undefined && { authorization }) } });

describe('A caller', () => {
  it('may make a number of calls in a minute, of any kind, and sees how many are left', async () => {
    const { access, headers } = keys(['read', 'batches:write']);
    const authorization = headers[0]!;
    app = await openProbe(access, { rateLimit: 3 });

    for (const left of ['2', '1']) {
      const answer = await get(authorization);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': left });
      expect(Number(answer.headers['ratelimit-reset'])).toBeGreaterThan(55);
      expect(Number(answer.headers['ratelimit-reset'])).toBeLessThanOrEqual(60);
    }
    expect((await app.inject({ method: 'POST', url: '/probe', headers: { authorization } })).statusCode).toBe(
      200,
    );

    const refused = await get(authorization);
    expect(refused.statusCode).toBe(429);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    expect(refused.headers).toMatchObject({ 'ratelimit-limit': '3', 'ratelimit-remaining': '0' });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(55);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
    expect(refused.json()).toEqual({
      type: 'urn:earmark:problem:too-many-requests',
      title: 'Too many requests',
      status: 429,
      detail: 'Rate limit exceeded.',
      instance: '/probe',
      help: '/problems/too-many-requests',
    });
  });

  it('is one key, from any address', async () => {
    const { access, headers } = keys(['read'], ['read']);
    app = await openProbe(access, { rateLimit: 1 });

    expect((await get(headers[0])).statusCode).toBe(200);
    expect((await get(headers[0], '/probe', '10.0.0.7')).statusCode).toBe(429);
    expect((await get(headers[1])).statusCode).toBe(200);
  });

  it('is one subject, with any of its tokens', async () => {
    const callerOf = (token: string) =>
      Promise.resolve({ kind: 'token' as const, id: token[0]!, name: token[0]!, scopes: ['read' as const] });
    app = await openProbe(new Authenticator({ callerOf }), { rateLimit: 2 });

    expect((await get('Bearer a1')).statusCode).toBe(200);
    expect((await get('Bearer a2')).statusCode).toBe(200);
    expect((await get('Bearer a3')).statusCode).toBe(429);
    expect((await get('Bearer b1')).statusCode).toBe(200);
  });

  it('is one address while access control is off', async () => {
    app = await openProbe(new Authenticator(), { rateLimit: 1 });

    expect((await get()).statusCode).toBe(200);
    expect((await get()).statusCode).toBe(429);
    expect((await get(undefined, '/probe', '::ffff:127.0.0.1')).statusCode).toBe(429);
    expect((await get(undefined, '/probe', '127.0.0.2')).statusCode).toBe(200);
  });

  it('may call open routes and unknown paths without limit', async () => {
    app = await openProbe(new Authenticator(), { rateLimit: 1 });
    await get();
    await get();

    for (let i = 0; i < 5; i++) {
      for (const url of ['/health/probe', '/docs', '/docs/swagger-ui.css', '/openapi.json']) {
        const answer = await get(undefined, url);
        expect(answer.statusCode).toBe(200);
        expect(answer.headers).not.toHaveProperty('ratelimit-limit');
      }
      expect((await get(undefined, '/nope')).statusCode).toBe(404);
    }
  });

  it('is not charged for calls of a stranger without a key', async () => {
    const { access, headers } = keys(['read']);
    app = await openProbe(access, { rateLimit: 1 });
    for (let i = 0; i < 5; i++) expect((await get()).statusCode).toBe(401);

    expect((await get(headers[0])).statusCode).toBe(200);
  });

  it('is not counted if there is no limit', async () => {
    app = await openProbe(new Authenticator());

    for (let i = 0; i < 50; i++) {
      const answer = await get();
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).not.toHaveProperty('ratelimit-limit');
    }
  });
});

describe('A stranger', () => {
  it('gets 429 after too many attempts, while valid keys are still accepted', async () => {
    const { access, headers } = keys(['read']);
    app = await openProbe(access);
    const answers: number[] = [];
    while (answers.at(-1) !== 429 && answers.length < 2 * DEFAULT_LIMITS.failedTries!)
      answers.push((await get('Bearer guess')).statusCode);

    expect(answers.slice(0, -1).every((status) => status === 401)).toBe(true);
    const refused = await get('Bearer guess');
    expect(refused.statusCode).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await get(headers[0])).statusCode).toBe(200);
    expect((await get('Bearer guess', '/probe', '10.0.0.7')).statusCode).toBe(401);
  });
});
