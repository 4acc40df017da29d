import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../src/platform/access/authenticator.js';
import { createHttpApp } from '../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../src/platform/http/openapi/requires-scope.js';

/** A call that has arrived, and is answered once the test lets it. */
let call: { arrived: Promise<void>; answer: () => void };
let arrive: () => void;
let answered: Promise<void>;

@Controller()
class SlowController {
  @Get('slow')
  @RequiresScope('read')
  async slow(): Promise<string> {
    arrive();
    await answered;
    return 'answered';
  }

  @Get('fast')
  @RequiresScope('read')
  fast(): string {
    return 'answered';
  }
}

@Module({ controllers: [SlowController], providers: [Authenticator] })
class SlowModule {}

let app: NestFastifyApplication;
let port: number;

beforeEach(async () => {
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  answered = new Promise<void>((answer) => (call = { arrived, answer }));
  app = await createHttpApp(SlowModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  ({ port } = app.getHttpServer().address() as AddressInfo);
});
afterEach(() => app.close());

describe('A request that is not HTTP', () => {
  const say = async (words: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(words);
    return text(socket);
  };

  it.each([
    [400, 'bad-request', 'nonsense\r\n\r\n'],
    [400, 'bad-request', 'NONSENSE /fast HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [400, 'bad-request', 'GET /fast HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n'],
    [400, 'bad-request', 'GET /fa st HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [
      431,
      'headers-too-large',
      `GET /fast HTTP/1.1\r\nHost: localhost\r\nCookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    ],
  ])('is answered with a problem: %i %s', async (status, code, words) => {
    const [head = '', body = ''] = (await say(words)).split('\r\n\r\n');

    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({ type: `urn:earmark:problem:${code}`, status });
  });

  it('does not disturb other clients', async () => {
    await say('nonsense\r\n\r\n');

    expect((await app.inject('/fast')).body).toBe('answered');
  });
});

describe('A server that closes', () => {
  const ask = async (path: string, agent: Agent): Promise<IncomingMessage> => {
    const [answer] = (await once(get({ port, path, agent }), 'response')) as [IncomingMessage];
    return answer;
  };

  it('answers requests under way, and does not wait for idle connections', async () => {
    const agent = new Agent({ keepAlive: true });
    await text(await ask('/fast', agent));
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    const slow = ask('/slow', new Agent({ keepAlive: true }));
    await call.arrived;

    const closed = app.close();
    call.answer();

    expect(await text(await slow)).toBe('answered');
    await closed;
  });

  it('serves a request that arrives on an open connection, and then ends the connection', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await call.arrived;

    const closed = app.close();
    await wait(20);
    socket.write('GET /fast HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await wait(20);
    call.answer();
    const answers = await text(socket);
    await closed;

    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
  });
});

describe('A start that fails', () => {
  it('throws, and logs nothing itself', async () => {
    @Module({
      providers: [
        {
          provide: 'database',
          useFactory: () => {
            throw new Error('PORT must be a number');
          },
        },
      ],
    })
    class BrokenModule {}

    await expect(createHttpApp(BrokenModule, { logger: false })).rejects.toThrow('PORT must be a number');
  });
});
