import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, HttpCode, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { hashOf, newApiKey, formatApiKey } from '../../../../src/platform/access/keys/api-key.js';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/platform/config/limit-settings.js';
import { createHttpApp } from '../../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../../src/platform/http/openapi/requires-scope.js';
import { eventually } from '../../../../testing/eventually.js';

let underWay = 0;
let most = 0;
let written = 0;
let finish: () => void;
let finished: Promise<void>;

@Controller('v1')
class WorkController {
  @Get('list')
  @RequiresScope('read')
  list(): Promise<string> {
    return work();
  }

  @Get('things/:name')
  @RequiresScope('read')
  async find(@Param('name') name: string): Promise<string> {
    return name === 'large' ? `${await work()}${'x'.repeat(100_000)}` : work();
  }

  /** Whose answer turns out to be long when it is there. */
  @Get('parts/:name')
  @RequiresScope('read')
  async parts(): Promise<object> {
    await Promise.resolve();
    return longAnswer();
  }

  /** As a batched query does for all that ask the same at the same time. */
  @Get('shared')
  @RequiresScope('read')
  async shared(): Promise<object> {
    await Promise.resolve();
    return shared;
  }

  @Get('unwritable')
  @RequiresScope('read')
  async unwritable(): Promise<object> {
    await Promise.resolve();
    return { parts: Array.from({ length: 101 }, () => 1n) };
  }

  @Post('parts')
  @HttpCode(200)
  @RequiresScope('batches:write')
  change(): Promise<object> {
    return this.parts();
  }

  @Post('writes')
  @HttpCode(200)
  @RequiresScope('batches:write')
  write(): Promise<string> {
    return work();
  }

  @Get('quick')
  @RequiresScope('read')
  quick(): string {
    return 'done';
  }
}

const longAnswer = () => ({ parts: Array.from({ length: 101 }, (_, n) => n), toJSON: () => ++written });
let shared = longAnswer();

async function work(): Promise<string> {
  most = Math.max(most, ++underWay);
  await finished;
  underWay--;
  return 'done';
}

const [greedy, modest] = [newApiKey(), newApiKey()];
let app: NestFastifyApplication;
let url: string;
let sockets: Socket[] = [];

async function start(limits: Partial<Limits> = {}): Promise<void> {
  const access = new Authenticator();
  access.setKeys(
    [greedy, modest].map(({ id, secret }) => ({
      id,
      name: id,
      hash: hashOf(secret),
      scopes: ['read', 'batches:write'],
      isRevoked: false,
    })),
  );
  class WorkModule {}
  Module({ controllers: [WorkController], providers: [{ provide: Authenticator, useValue: access }] })(
    WorkModule,
  );
  app = await createHttpApp(WorkModule, { logger: false, limits: { ...DEFAULT_LIMITS, ...limits } });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
}
beforeEach(() => {
  underWay = 0;
  most = 0;
  written = 0;
  shared = longAnswer();
  finished = new Promise((resolve) => (finish = resolve));
});
afterEach(async () => {
  finish();
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await app.close();
});

const headers = (key = greedy) => ({ authorization: `Bearer ${formatApiKey(key)}` });
const ask = async (path: string, key = greedy, method: 'GET' | 'POST' = 'GET') => {
  const answer = await app.inject({ method, url: path, headers: headers(key) });
  return answer.statusCode;
};
const many = (count: number, path: string, method: 'GET' | 'POST' = 'GET') =>
  Array.from({ length: count }, () => ask(path, greedy, method));
const counted = (statuses: number[], status: number) => statuses.filter((each) => each === status).length;

describe('A caller who requests many long pages at once', () => {
  it('has half of the places for costly reads; another caller finds one free, and cheap reads do not wait', async () => {
    await start({ costlyReads: 4 });
    const asked = many(50, '/v1/list?limit=500');
    await eventually('two are under way', () => underWay === 2);
    const other = ask('/v1/list?limit=500', modest);
    await eventually('and one of another caller', () => underWay === 3);
    expect(await ask('/v1/quick')).toBe(200);
    expect(await ask('/v1/quick', modest)).toBe(200);

    finish();
    expect(await other).toBe(200);
    expect(new Set(await Promise.all(asked))).toEqual(new Set([200]));
    expect(most).toBe(3);
  });

  it('gets 503 with Retry-After beyond what may wait', async () => {
    await start({ costlyReads: 4 });
    const asked = many(150, '/v1/list?limit=101');
    const refused = await app.inject({ url: '/v1/list?limit=101', headers: headers() });
    expect(refused.statusCode).toBe(503);
    expect(refused.headers['retry-after']).toBe('1');
    expect(refused.json()).toMatchObject({ type: 'urn:earmark:problem:busy' });
    const other = ask('/v1/list?limit=101', modest);

    finish();
    expect(await other).toBe(200);
    const statuses = await Promise.all(asked);
    expect([counted(statuses, 200), counted(statuses, 503)]).toEqual([102, 48]);
  });
});

describe('A resource whose answer was large', () => {
  it('is costly the next time, in any spelling of its URL, and others are not', async () => {
    await start({ costlyReads: 2 });
    finish();
    expect(await ask('/v1/things/large')).toBe(200);
    finished = new Promise((resolve) => (finish = resolve));

    const asked = [...many(3, '/v1/things/large'), ...many(3, '/v1/things/l%61rge?x=1')];
    await eventually('one is under way', () => underWay === 1);
    const others = many(20, '/v1/things/small');
    await eventually('all others are', () => underWay === 21);
    finish();
    expect(new Set(await Promise.all([...asked, ...others]))).toEqual(new Set([200]));
  });
});

describe('An answer that turns out to have more than 100 items', () => {
  it('is serialised after cheap ones, and not behind all of another caller', async () => {
    await start();
    const order: string[] = [];
    const note = (what: string, asked: Promise<number>) =>
      asked.then((status) => {
        order.push(what);
        return status;
      });
    const long = many(50, '/v1/parts/one').map((each) => note('long', each));
    const other = note('long of another', ask('/v1/parts/one', modest));
    const cheap = note('cheap', ask('/v1/quick'));

    const statuses = await Promise.all([...long, other, cheap]);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(order.at(-1)).toBe('long');
    expect(order.indexOf('cheap')).toBeLessThan(order.indexOf('long of another'));
  });

  it('is replaced by 503 if too many of its caller wait', async () => {
    await start();
    const statuses = await Promise.all(many(150, '/v1/parts/one'));
    expect([counted(statuses, 200), counted(statuses, 503)]).toEqual([101, 49]);
    expect(written).toBe(101);
  });

  it('is serialised once for all who got the same answer', async () => {
    await start();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.inject({ url: '/v1/shared', headers: headers() })),
    );
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['1']));
    expect(answers[0]!.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'content-length': '1',
    });
  });

  it('is replaced by a problem if it cannot be serialised', async () => {
    await start();
    const { statusCode, body } = await app.inject({ url: '/v1/unwritable', headers: headers() });
    expect(statusCode).toBe(500);
    expect(JSON.parse(body)).toMatchObject({ type: 'urn:earmark:problem:internal-error' });
  });

  it('is never rejected for a write, which is done by then', async () => {
    await start();
    const statuses = await Promise.all(many(150, '/v1/parts', 'POST'));
    expect(counted(statuses, 200)).toBe(150);
  });
});

describe('A resource that is known to be large', () => {
  it('stays costly after a call that was rejected or got 304', async () => {
    await start({ costlyReads: 2 });
    finish();
    expect(await ask('/v1/things/large')).toBe(200);
    finished = new Promise((resolve) => (finish = resolve));

    const asked = many(110, '/v1/things/large');
    await eventually('one is under way', () => underWay === 1);
    const refused = await ask('/v1/things/large');
    expect(refused).toBe(503);
    const others = many(20, '/v1/things/large');
    finish();
    const statuses = await Promise.all([...asked, ...others]);
    expect([counted(statuses, 200), counted(statuses, 503)]).toEqual([101, 29]);
    expect(most).toBe(1);
  });
});

describe('A caller who makes more calls at once than their share', () => {
  it('waits for reads while another caller does not', async () => {
    await start({ readsPerCaller: 10 });
    const asked = many(30, '/v1/list');
    await eventually('its share is under way', () => underWay === 10);
    const others = Array.from({ length: 10 }, () => ask('/v1/list', modest));
    await eventually('those of another caller are, too', () => underWay === 20);
    finish();
    expect(new Set(await Promise.all([...asked, ...others]))).toEqual(new Set([200]));
  });

  it('has writes rejected while another caller does not', async () => {
    await start({ writesPerCaller: 10 });
    const asked = many(30, '/v1/writes', 'POST');
    await eventually('its share is under way', () => underWay === 10);
    const other = ask('/v1/writes', modest, 'POST');
    await eventually('that of another caller is, too', () => underWay === 11);
    finish();
    expect(await other).toBe(200);
    const statuses = await Promise.all(asked);
    expect([counted(statuses, 200), counted(statuses, 503)]).toEqual([10, 20]);
  });
});

describe('A caller who hangs up', () => {
  it('gives up their place when the work is done, and not before', async () => {
    await start({ costlyReads: 2 });
    const { port } = app.getHttpServer().address() as AddressInfo;
    for (let n = 0; n < 3; n++) {
      const socket = connect(port, '127.0.0.1');
      sockets.push(socket);
      await once(socket, 'connect');
      socket.write(
        `GET /v1/list?limit=500 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${formatApiKey(greedy)}\r\n\r\n`,
      );
    }
    await eventually('one is under way', () => underWay === 1);
    for (const socket of sockets) socket.destroy();
    const next = ask('/v1/list?limit=500');
    expect(await ask('/v1/quick')).toBe(200);
    expect(underWay).toBe(1);
    finish();
    expect(await next).toBe(200);
    expect(most).toBe(1);
  });
});

describe('A caller who does not read answers', () => {
  it('gets no more of them than they may leave unread, while others do', async () => {
    await start({ unreadMibPerCaller: 1 });
    finish();
    const { port } = app.getHttpServer().address() as AddressInfo;
    for (let n = 0; n < 120; n++) {
      const socket = connect({ port, host: '127.0.0.1' });
      socket.pause();
      sockets.push(socket);
      socket.write(
        `GET /v1/things/large HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${formatApiKey(greedy)}\r\n\r\n`.repeat(
          100,
        ),
      );
    }
    for (let n = 0; n < 20; n++) expect(await ask('/v1/things/large', modest)).toBe(200);
    expect((await fetch(`${url}/v1/quick`, { headers: headers(modest) })).status).toBe(200);
  });
});
