import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { createHttpApp } from '../../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../../src/platform/http/openapi/requires-scope.js';
import { DEFAULT_LIMITS } from '../../../../src/platform/config/limit-settings.js';
import { eventually } from '../../../../testing/eventually.js';

let underWay = 0;
let mostUnderWay = 0;
let begun = 0;

@Controller()
class CountingController {
  @Get('large')
  @RequiresScope('read')
  large(): string {
    begun++;
    return 'x'.repeat(200_000);
  }

  @Get('counted/:n')
  @RequiresScope('read')
  async count(@Param('n') n: string): Promise<string> {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return `<${n}>`;
  }

  @Post('echo')
  @RequiresScope('read')
  async echo(@Body() body: { n: number }): Promise<string> {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay--;
    return `<${body.n}>`;
  }
}

@Module({ controllers: [CountingController], providers: [Authenticator] })
class CountingModule {}

let app: NestFastifyApplication;
let port: number;
let sockets: Socket[] = [];

async function start(limits = DEFAULT_LIMITS): Promise<void> {
  app = await createHttpApp(CountingModule, { logger: false, limits });
  await app.listen(0, '127.0.0.1');
  ({ port } = app.getHttpServer().address() as AddressInfo);
}

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function connections(): Promise<number> {
  return new Promise((resolve) =>
    app.getHttpServer().getConnections((_error: unknown, count: number) => resolve(count)),
  );
}

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
const post = (n: number, length = 0) => {
  const body = JSON.stringify({ n, fill: 'x'.repeat(length) });
  return `POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
};
const numbers = Array.from({ length: 300 }, (_, n) => n);

beforeEach(() => {
  underWay = 0;
  mostUnderWay = 0;
  begun = 0;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await app.close();
});

describe('A client that sends 300 requests at once over one connection', () => {
  it.each([
    ['without bodies', (n: number) => get(`/counted/${n}`)],
    ['with small bodies', (n: number) => post(n)],
    ['with bodies that are larger than what is read at once', (n: number) => post(n, (n * 37) % 3_000)],
  ])('gets every answer in order, made one at a time: %s', async (_, request) => {
    await start();
    const socket = await open();
    const answers = text(socket);
    socket.write(numbers.map(request).join('') + get('/counted/last', 'Connection: close\r\n'));

    const found = [...(await answers).matchAll(/<(\w+)>/g)].map(([, n]) => n);
    expect(found).toEqual([...numbers.map(String), 'last']);
    expect(mostUnderWay).toBe(1);
  });

  it('gets every answer even if the requests arrive byte by byte, or in pieces of any length', async () => {
    await start();
    const socket = await open();
    const answers = text(socket);
    const words = numbers.slice(0, 60).map((n) => (n % 2 === 0 ? post(n, n * 50) : get(`/counted/${n}`)));
    const all = words.join('') + get('/counted/last', 'Connection: close\r\n');
    for (let at = 0, step = 1; at < all.length; at += step, step = (step * 7 + 3) % 1_999) {
      socket.write(all.slice(at, at + step));
      await new Promise((resolve) => setImmediate(resolve));
    }

    const found = [...(await answers).matchAll(/<(\w+)>/g)].map(([, n]) => n);
    expect(found).toEqual([...numbers.slice(0, 60).map(String), 'last']);
    expect(mostUnderWay).toBe(1);
  });

  it('and reads nothing has one answer made beyond those that the network buffers', async () => {
    await start();
    const socket = await open();
    socket.pause();
    const requests = get('/large').repeat(199) + get('/counted/last', 'Connection: close\r\n');
    const taken = new Promise<void>((resolve) => socket.write(requests, () => resolve()));
    let before = -1;
    await eventually('no more answers are made', async () => {
      const isStill = before === begun && begun > 0;
      before = begun;
      await new Promise((resolve) => setTimeout(resolve, 200));
      return isStill;
    });
    // 40 MB were asked for; the buffers of the network take some.
    expect(begun).toBeLessThan(100);

    const read = text(socket);
    await taken;
    expect((await read).match(/HTTP\/1\.1 200/g)).toHaveLength(200);
  });
});

describe('Clients that together send more requests ahead than the process holds', () => {
  it('are cut off, those with the most first, and all others are answered', async () => {
    await start();
    const little = await open();
    const littleAnswers = text(little);
    const sockets = await Promise.all(Array.from({ length: 15 }, open));
    for (const socket of sockets) {
      socket.pause();
      socket.write(get('/large').repeat(3_000));
    }
    // 64 KiB of each are read, some 1,500 requests: those of seven are less than 10,000.
    await eventually('there is room again', async () => (await connections()) <= 8);

    const some = numbers.slice(0, 50).map((n) => get(`/counted/${n}`));
    little.write(some.join('') + get('/counted/last', 'Connection: close\r\n'));
    expect((await littleAnswers).match(/HTTP\/1\.1 200/g)).toHaveLength(51);
    expect((await fetch(`http://127.0.0.1:${port}/counted/1`)).status).toBe(200);
    expect(await connections()).toBeGreaterThan(5);
  });
});

describe('A client that does not read an answer', () => {
  it('is cut off when its time is up, and others are served', async () => {
    await start({ ...DEFAULT_LIMITS, answerSeconds: 1 });
    const socket = await open();
    socket.pause();
    socket.write(get('/large').repeat(200));
    await eventually('the connection is gone', async () => {
      expect((await fetch(`http://127.0.0.1:${port}/counted/1`)).status).toBe(200);
      return (await connections()) <= 1;
    });
    expect(begun).toBeLessThan(100);
  });

  it('is not cut off while it reads one answer after the other', async () => {
    await start({ ...DEFAULT_LIMITS, answerSeconds: 1 });
    const socket = await open();
    const answers = text(socket);
    for (let n = 0; n < 20; n++) {
      socket.write(get(`/counted/${n}`));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    socket.write(get('/counted/last', 'Connection: close\r\n'));
    expect(await answers).toContain('<last>');
  });
});
