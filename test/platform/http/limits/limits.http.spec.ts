import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DEFAULT_LIMITS } from '../../../../src/platform/config/limit-settings.js';
import { eventually } from '../../../../testing/eventually.js';
import { startProbe } from '../probe.js';

let app: NestFastifyApplication;
let server: Server;
let sockets: Socket[] = [];
beforeEach(async () => {
  app = await startProbe();
  server = app.getHttpServer();
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await app.close();
});

async function open(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const connections = () =>
  new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
const isServed = async () => (await app.inject('/v1/shelves')).statusCode === 200;

/** Sends a byte every now and then, until the other side has had enough. */
async function drip(socket: Socket, bytes: string): Promise<void> {
  for (const byte of bytes) {
    if (socket.destroyed || socket.readableEnded) return;
    socket.write(byte);
    await wait(20);
  }
}

describe('The limits of a connection', () => {
  it('are those of the service, whatever Node’s defaults are', () => {
    expect(server.headersTimeout).toBe(30_000);
    expect(server.requestTimeout).toBe(30_000);
    expect(server.keepAliveTimeout).toBe(72_000);
    expect(server.maxConnections).toBe(DEFAULT_LIMITS.connections);
    expect(server).toMatchObject({ dropMaxConnection: true });
  });
});

describe('A client that sends byte by byte', () => {
  const HEAD = 'POST /v1/shelves HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

  it.each([
    ['nothing at all', '', ''],
    ['a head that never ends', HEAD, 'X-Slow: '.padEnd(2_000, 'x')],
    ['a body that never ends', `${HEAD}Content-Length: 5000\r\n\r\n`, ' '.repeat(2_000)],
    [
      'a body of chunks that never ends',
      `${HEAD}Transfer-Encoding: chunked\r\n\r\n`,
      '1\r\n \r\n'.repeat(400),
    ],
  ])('is cut off when the time is up: %s', async (_, first, drops) => {
    server.headersTimeout = 300;
    server.requestTimeout = 300;
    const socket = await open();
    const answer = text(socket);
    if (first !== '') socket.write(first);
    const began = performance.now();
    const dripping = drip(socket, drops);

    // Without a head there is nobody to answer; with one the answer is a problem.
    const words = await answer.catch(() => '');
    await dripping;
    expect(performance.now() - began).toBeLessThan(5_000);
    if (words !== '') {
      expect(words).toMatch(/^HTTP\/1\.1 408 /);
      expect(words).toContain('urn:earmark:problem:request-timeout');
    }
    await eventually('the connection is gone', async () => (await connections()) === 0);
    expect(await isServed()).toBe(true);
  });

  it('does not keep other clients from being served', async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, open));
    for (const socket of slow) socket.write(HEAD);

    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/shelves`),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  });
});

describe('A client that opens connections without end', () => {
  it('is cut off past the limit, and served again when there is room', async () => {
    server.maxConnections = 20;
    const first = await Promise.all(Array.from({ length: 20 }, open));
    await eventually('they are there', async () => (await connections()) === 20);

    const surplus = await Promise.all(Array.from({ length: 30 }, open));
    for (const socket of surplus) socket.write('GET /v1/shelves HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(await Promise.all(surplus.map((socket) => text(socket).catch(() => '')))).toEqual(
      Array.from({ length: 30 }, () => ''),
    );
    first[0]!.write('GET /v1/shelves HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await text(first[0]!)).toMatch(/^HTTP\/1\.1 200 /);

    await eventually('there is room', async () => (await connections()) < 20);
    const next = await open();
    next.write('GET /v1/shelves HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await text(next)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('A client that sends too much', () => {
  it.each([
    ['head', (line: string) => `${line}X-Large: ${'x'.repeat(17 * 1024)}\r\n\r\n`, 431],
    ['head of many fields', (line: string) => `${line}${'X-Many: x\r\n'.repeat(3_000)}\r\n`, 431],
    ['body', (line: string) => `${line}Content-Length: 1048577\r\n\r\n`, 413],
  ])('is rejected: %s', async (_, request, status) => {
    const socket = await open();
    socket.write(
      request(
        'POST /v1/shelves HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n',
      ),
    );

    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(await isServed()).toBe(true);
  });
});
