import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Delete, Get, Logger, Module, Param, Patch, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { hashOf, newApiKey, formatApiKey } from '../../../../src/platform/access/keys/api-key.js';
import { ServiceLogger } from '../../../../src/platform/logging/service-logger.js';
import type { LogLevel } from '../../../../src/platform/config/settings.js';
import { Busy, DomainError } from '../../../../src/kernel/domain/errors.js';
import { createHttpApp } from '../../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../../src/platform/http/openapi/requires-scope.js';
import { currentCause } from '../../../../src/kernel/cause/causation.js';
import { eventually } from '../../../../testing/eventually.js';

/** Control sequences, a line break, and a forged line of the log. */
const HOSTILE = 'mallory\u001b[2J\u009b\u2028\n{"level":"info","actor":"admin"}';

class Refused extends DomainError {
  readonly code = 'refused';
  readonly kind: DomainError['kind'];

  constructor(kind: DomainError['kind']) {
    super('It is refused.', {});
    this.kind = kind;
  }
}

/** The causes of what was changed. */
let causes: ReturnType<typeof currentCause>[];
/** Ends the change that is under way. */
let finish: (() => void) | null;

@Controller('v1/things')
class ThingsController {
  @Get()
  @RequiresScope('read')
  list(): object {
    return {};
  }

  @Get('admins')
  @RequiresScope('admin')
  admins(): object {
    return {};
  }

  @Get(':id')
  @RequiresScope('read')
  find(@Param('id') id: string): object {
    if (id === 'busy') throw new Busy('Too much.');
    throw new Refused('not-found');
  }

  @Post()
  @RequiresScope('batches:write')
  change(): object {
    causes.push(currentCause());
    return {};
  }

  @Patch(':id')
  @RequiresScope('batches:write')
  refuse(@Param('id') id: DomainError['kind']): object {
    throw new Refused(id);
  }

  @Delete()
  @RequiresScope('batches:write')
  async slow(): Promise<object> {
    await new Promise<void>((resolve) => (finish = resolve));
    return {};
  }
}

type Entry = Record<string, unknown>;

let app: NestFastifyApplication;
let written: string;
beforeEach(() => {
  written = '';
  causes = [];
  finish = null;
  for (const stream of [process.stdout, process.stderr]) {
    jest.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
});
afterEach(async () => {
  await app.close();
  jest.restoreAllMocks();
  Logger.overrideLogger(false);
});

const key = newApiKey();
const reader = newApiKey();
const known = [
  { id: key.id, name: 'web-shop', hash: hashOf(key.secret), scopes: ['read', 'batches:write'] as const },
  { id: reader.id, name: 'reader', hash: hashOf(reader.secret), scopes: ['read'] as const },
].map((each) => ({ ...each, isRevoked: false }));
const authorization = `Bearer ${formatApiKey(key)}`;

interface Start {
  readonly keys?: typeof known;
  readonly level?: LogLevel;
  readonly logReads?: number | null;
  readonly rateLimit?: number | null;
}

async function start({
  keys = known,
  level = 'info',
  logReads = null,
  rateLimit = null,
}: Start = {}): Promise<void> {
  const access = new Authenticator({
    callerOf: (token) =>
      Promise.resolve({
        kind: 'token',
        id: HOSTILE,
        name: token === 'long' ? 'x'.repeat(16_000) : HOSTILE,
        scopes: ['read', 'batches:write'],
      }),
  });
  const open = new Authenticator();
  access.setKeys(keys);
  class ThingsModule {}
  const provided = keys.length > 0 ? access : open;
  Module({ controllers: [ThingsController], providers: [{ provide: Authenticator, useValue: provided }] })(
    ThingsModule,
  );
  app = await createHttpApp(ThingsModule, { logger: new ServiceLogger(level), logReads, rateLimit });
  await app.listen(0, '127.0.0.1');
}

const call = async (method: string, path = '', headers: Record<string, string> = { authorization }) => {
  const answer = await fetch(`${await app.getUrl()}/v1/things${path}`, {
    method,
    headers: { ...headers, ...(method === 'PATCH' && { 'content-type': 'application/json' }) },
    ...(method === 'PATCH' && { body: '{}' }),
  });
  await answer.text();
  return answer.status;
};

const connections = (): Promise<number> =>
  new Promise((resolve) => app.getHttpServer().getConnections((_error, count) => resolve(count)));

/** The lines about calls. */
const lines = (): Entry[] =>
  written
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Entry)
    .filter(({ context }) => context === 'calls');

describe('the request log', () => {
  it('says who made a change, with the correlation id of its events', async () => {
    await start();
    expect(await call('POST')).toBe(201);

    expect(lines()).toEqual([
      {
        level: 'info',
        pid: process.pid,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        message: expect.stringMatching(/^POST \/v1\/things 201 [\d.]+ ms by web-shop$/),
        context: 'calls',
        actor: 'web-shop',
        actorKind: 'key',
        address: '127.0.0.1',
        method: 'POST',
        route: '/v1/things',
        status: 201,
        duration: expect.any(Number),
        correlationId: expect.stringMatching(/^[\da-f-]{36}$/),
      },
    ]);
    const { correlationId } = lines()[0]!;
    expect(causes).toEqual([{ correlationId, causationId: null, actor: 'web-shop', actorKind: 'key' }]);
  });

  it('names a refused caller `loopback` while access control is off', async () => {
    await start({ keys: [] });
    expect(await call('PATCH', '/conflict', {})).toBe(409);

    expect(lines()).toMatchObject([{ actor: 'loopback', actorKind: 'loopback', status: 409 }]);
  });

  it('has one of several successful writes while access control is off', async () => {
    await start({ keys: [], logReads: 2 });
    for (let n = 0; n < 4; n++) expect(await call('POST', '', {})).toBe(201);

    expect(lines()).toMatchObject([
      { actor: 'loopback', status: 201, oneIn: 2 },
      { actor: 'loopback', status: 201, oneIn: 2 },
    ]);
  });

  it('has the trace of a call that brings one', async () => {
    await start();
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await call('POST', '', { authorization, traceparent });

    expect(lines()).toMatchObject([
      { correlationId: '4bf92f3577b34da6a3ce929d0e0e4736', trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' },
    ]);
  });

  it.each([
    ['conflict', 409],
    ['not-found', 404],
    ['unprocessable', 422],
    ['precondition-failed', 412],
  ] as const)('says whose change was refused as %s', async (kind, status) => {
    await start();
    expect(await call('PATCH', `/${kind}`)).toBe(status);

    expect(lines()).toMatchObject([
      { level: 'info', actor: 'web-shop', route: '/v1/things/:id', status, problem: 'refused' },
    ]);
  });

  it('says what a refused call was refused for', async () => {
    await start();
    expect(await call('PATCH', '/conflict')).toBe(409);
    expect(lines()[0]!.message).toMatch(/^PATCH \/v1\/things\/:id 409 [\d.]+ ms by web-shop: refused$/);
  });

  it('has 100 lines a minute for reads of a caller that find nothing', async () => {
    await start();
    for (let n = 0; n < 110; n++) expect(await call('GET', '/missing')).toBe(404);
    expect(lines()).toHaveLength(100);
    expect(lines()[0]).toMatchObject({ level: 'info', actor: 'web-shop', status: 404, problem: 'refused' });
    await app.close();
    expect(lines().at(-1)).toMatchObject({ caller: 'key web-shop', status: 404, count: 10 });
  });

  it('says who was refused for a missing scope, for too many calls, or as busy', async () => {
    await start({ rateLimit: 3 });
    expect(await call('GET', '/admins')).toBe(403);
    expect(await call('GET', '/busy')).toBe(503);
    expect(await call('POST')).toBe(201);
    expect(await call('GET')).toBe(200);
    expect(await call('GET')).toBe(429);

    expect(lines().map(({ level, actor, status, problem }) => [level, actor, status, problem])).toEqual([
      ['warn', 'web-shop', 403, 'forbidden'],
      ['warn', 'web-shop', 503, 'busy'],
      ['info', 'web-shop', 201, undefined],
      ['warn', 'web-shop', 429, 'too-many-requests'],
    ]);
  });

  it('has the address of a call that was not authenticated, and the public part of its key', async () => {
    await start();
    const forged = { ...key, secret: reader.secret };
    for (const headers of [{}, { authorization: `Bearer ${formatApiKey(forged)}` }])
      expect(await call('POST', '', headers as Record<string, string>)).toBe(401);

    expect(lines()).toMatchObject([
      { level: 'warn', actor: null, actorKind: null, address: '127.0.0.1', status: 401 },
      { actor: null, status: 401, refusedKey: `earmark_${key.id}_…` },
    ]);
    expect(lines()[0]).not.toHaveProperty('refusedKey');
  });

  it('has nothing of a path, a query, a header or a body, which may hold a secret', async () => {
    await start({ logReads: 1 });
    const word = formatApiKey(key);
    for (const path of [`/${word}`, `?key=${word}`, `/busy?token=${word}`])
      await call('GET', path, { authorization, 'x-api-key': word });
    await call('PATCH', `/conflict?key=${word}`);
    await call('POST', `?key=${word}`, { authorization: word });

    expect(lines()).toHaveLength(5);
    expect(written).not.toContain(key.secret);
  });

  it('cannot be forged by the subject of a token, however hostile or long', async () => {
    await start();
    await call('POST', '', { authorization: 'Bearer token' });
    await call('POST', '', { authorization: 'Bearer long' });

    const [hostile, long] = lines();
    expect(lines()).toHaveLength(2);
    expect(written).not.toMatch(/(?!\n)[\p{Cc}\u2028\u2029]/u);
    expect(hostile).toMatchObject({ actor: HOSTILE, actorKind: 'token' });
    expect(long).toMatchObject({ actor: `${'x'.repeat(200)}…` });
  });

  it('has one of several successful reads, and each of them at level debug', async () => {
    await start({ logReads: 3 });
    for (let n = 0; n < 7; n++) await call('GET');
    expect(lines()).toMatchObject([3, 6].map(() => ({ level: 'info', status: 200, oneIn: 3 })));
    await app.close();

    written = '';
    await start({ logReads: null, level: 'debug' });
    for (let n = 0; n < 2; n++) await call('GET');
    expect(lines()).toMatchObject([1, 2].map(() => ({ level: 'debug', actor: 'web-shop' })));
  });

  it('has 100 lines for a caller that is refused over and over, and counts the other refusals', async () => {
    await start();
    const headers = { authorization: `Bearer ${formatApiKey(reader)}` };
    for (let n = 0; n < 150; n++) expect(await call('POST', '', headers)).toBe(403);
    expect(lines()).toHaveLength(100);
    expect(await call('GET', '/admins')).toBe(403);
    await app.close();

    expect(lines().slice(100)).toMatchObject([
      { actor: 'web-shop', status: 403 },
      {
        level: 'warn',
        message: '50 more calls were refused with 403',
        caller: 'key reader',
        status: 403,
        count: 50,
      },
    ]);
  });

  it('has a change whose caller hung up before the answer', async () => {
    await start();
    const url = await app.getUrl();
    const sent = request(`${url}/v1/things`, { method: 'DELETE', headers: { authorization } });
    sent.on('error', () => undefined).end();
    await eventually('the change is under way', () => finish !== null);
    sent.destroy();
    await eventually('the connection is gone', async () => (await connections()) === 0);
    finish!();
    await eventually('it is in the log', () => lines().length > 0);

    expect(lines()).toMatchObject([{ method: 'DELETE', actor: 'web-shop', status: 200, hungUp: true }]);
  });
});
