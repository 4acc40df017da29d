import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DEFAULT_LIMITS, type Limits } from '../../../../src/platform/config/limit-settings.js';
import { createHttpApp } from '../../../../src/platform/server/http-app.js';
import { eventually } from '../../../../testing/eventually.js';
import { Controller, Get, Module } from '@nestjs/common';
import { RequiresScope } from '../../../../src/platform/http/openapi/requires-scope.js';
import { ProbeModule } from '../probe.js';

let arrive: () => void = () => undefined;
let finish: () => void = () => undefined;
const arrival = () => new Promise<void>((resolve) => (arrive = resolve));
const finished = new Promise<void>((resolve) => (finish = resolve));

@Controller()
class SlowController {
  @Get('slow')
  @RequiresScope('read')
  async slow(): Promise<string> {
    arrive();
    await finished;
    return 'answered';
  }
}

@Module({ imports: [ProbeModule], controllers: [SlowController] })
class SlowModule {}

let app: NestFastifyApplication;
let port: number;
let sockets: Socket[] = [];

async function start(limits: Partial<Limits>): Promise<void> {
  app = await createHttpApp(SlowModule, { logger: false, limits: { ...DEFAULT_LIMITS, ...limits } });
  await app.listen(0, '0.0.0.0');
  ({ port } = app.getHttpServer().address() as AddressInfo);
}
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  await app.close();
});

/** @param localAddress any of 127.0.0.0/8 is this machine */
async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}
const openMany = async (count: number, address?: string) => {
  const opened: Socket[] = [];
  for (let n = 0; n < count; n++) opened.push(await open(address));
  return opened;
};
const connections = () =>
  new Promise<number>((resolve) =>
    app.getHttpServer().getConnections((_error: unknown, count: number) => resolve(count)),
  );
const CALL = 'GET /v1/shelves HTTP/1.1\r\nHost: localhost\r\n';
const ask = async (socket: Socket): Promise<string> => {
  const answer = text(socket).catch(() => '');
  socket.write(`${CALL}Connection: close\r\n\r\n`);
  return (await answer).slice(0, 12);
};
/** Stays open, and has been answered. */
async function askAndStay(socket: Socket): Promise<void> {
  const answered = once(socket, 'data');
  socket.write(`${CALL}\r\n`);
  await answered;
}
const isClosed = (socket: Socket) => socket.destroyed || socket.readableEnded;

describe('An address that opens connections and sends nothing', () => {
  it('keeps no more of them than it may have, and is still served on a new one', async () => {
    await start({ connectionsPerAddress: 20 });
    const silent = await openMany(60);
    silent.forEach((socket) => socket.resume());

    expect(await ask(await open())).toBe('HTTP/1.1 200');
    await eventually('the surplus is gone', async () => (await connections()) <= 20);
    expect(silent.slice(0, 40).every(isClosed)).toBe(true);
    expect(await ask(silent.at(-1)!)).toBe('HTTP/1.1 200');
  });

  it('loses those that sent nothing before those that were served', async () => {
    await start({ connectionsPerAddress: 5 });
    const [served] = await openMany(1);
    await askAndStay(served!);
    const silent = await openMany(20);
    silent.forEach((socket) => socket.resume());
    await eventually('the surplus is gone', async () => (await connections()) <= 5);

    expect(await ask(served!)).toBe('HTTP/1.1 200');
  });

  it('closes no connection of another address', async () => {
    await start({ connections: 40, connectionsPerAddress: 20 });
    const [other] = await openMany(1, '127.0.0.2');
    await askAndStay(other!);
    const silent = await openMany(100);
    silent.forEach((socket) => socket.resume());

    expect(await ask(other!)).toBe('HTTP/1.1 200');
    expect(await ask(await open('127.0.0.3'))).toBe('HTTP/1.1 200');
  });
});

describe('Many addresses that take all connections', () => {
  it('still leave one for a client that sends a request', async () => {
    await start({ connections: 40, connectionsPerAddress: 20 });
    for (let n = 10; n < 20; n++) (await openMany(8, `127.0.0.${n}`)).forEach((socket) => socket.resume());

    for (let n = 0; n < 5; n++) expect(await ask(await open('127.0.0.2'))).toBe('HTTP/1.1 200');
    expect(await connections()).toBeLessThanOrEqual(40);
  });
});

describe('A trusted proxy', () => {
  it('may have as many connections as there are', async () => {
    await start({ connectionsPerAddress: 5, trustedProxies: ['127.0.0.0/8'] });
    const many = await openMany(15);
    for (const socket of many) await askAndStay(socket);

    expect(many.some(isClosed)).toBe(false);
  });
});

describe('A connection for which there is no room', () => {
  it('gets 503 if every other one of its address waits for an answer', async () => {
    await start({ connectionsPerAddress: 2 });
    const waiting = await openMany(2);
    for (const socket of waiting) {
      const arrived = arrival();
      socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      await arrived;
    }
    const answer = await text(await open());
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toContain('urn:earmark:problem:unavailable');
    expect(answer).toContain('Retry-After: 1');

    finish();
    for (const socket of waiting) expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
