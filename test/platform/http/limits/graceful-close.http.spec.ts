import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Authenticator } from '../../../../src/platform/access/authenticator.js';
import { createHttpApp } from '../../../../src/platform/server/http-app.js';
import { RequiresScope } from '../../../../src/platform/http/openapi/requires-scope.js';
import { signal, type Signal } from '../../../support/signal.js';

/** Bytes: more than the buffers of both sides hold, and few enough to be read within the two seconds that a client has. */
const HUGE = 16 * 1024 * 1024;

let asked: Signal;
let answer: Signal;

@Controller('things')
class Things {
  @Get('slow')
  @RequiresScope('read')
  async slow(): Promise<string> {
    asked.give();
    await answer.given;
    return 'answered';
  }

  @Get('huge')
  @RequiresScope('read')
  huge(): string {
    asked.give();
    return 'x'.repeat(HUGE);
  }

  @Post()
  @RequiresScope('read')
  put(@Body() body: object): object {
    return body;
  }
}

@Module({ controllers: [Things], providers: [Authenticator] })
class ThingsModule {}

let app: NestFastifyApplication;
let sockets: Socket[];
beforeEach(async () => {
  asked = signal();
  answer = signal();
  sockets = [];
  app = await createHttpApp(ThingsModule, { logger: false });
  await app.listen(0, '127.0.0.1');
});
afterEach(async () => {
  answer.give();
  for (const socket of sockets) socket.destroy();
  await app.close();
});

/** A connection that has sent this, and the server has read it. */
async function opened(sent: string): Promise<Socket> {
  const server: Server = app.getHttpServer();
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  const [other] = await accepted;
  if (sent !== '') {
    const read = new Promise<void>((resolve) => {
      const look = () => (other.bytesRead >= sent.length ? resolve() : setImmediate(look));
      look();
    });
    socket.write(sent);
    await read;
  }
  return socket;
}

async function received(socket: Socket): Promise<string> {
  const said: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => said.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(said).toString();
}

const HEAD = 'POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

describe('A server that closes', () => {
  it('cuts off every client that waits for no answer, whatever it has sent', async () => {
    const sent = {
      nothing: '',
      'a part of a head': HEAD,
      'a head without its body': `${HEAD}Content-Length: 20\r\n\r\n`,
      'a part of a body': `${HEAD}Content-Length: 20\r\n\r\n{"a":`,
      'a part of a chunked body': `${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{"a":`,
      'a call that is answered': `GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      'a part of the next head after an answer': `GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n${HEAD}`,
    };
    const gone: Promise<string>[] = [];
    for (const words of Object.values(sent)) gone.push(received(await opened(words)));

    await app.close();
    await Promise.all(gone);
  });

  it('cuts off a client that does not read its answer', async () => {
    const socket = await opened('GET /things/huge HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.pause();
    await asked.given;

    await app.close();
  });

  it('lets a client finish reading an answer that is already written', async () => {
    const socket = await opened('GET /things/huge HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.pause();
    await asked.given;
    await once(socket, 'readable');
    const closed = app.close();

    const said = await received(socket);

    expect(said.length).toBeGreaterThan(HUGE);
    await closed;
  });

  it('cuts off any number of idle clients at the same time', async () => {
    for (let n = 0; n < 50; n++) await opened(n % 2 === 0 ? '' : HEAD);

    await app.close();
  });

  it('still finishes an answer, while others are cut off', async () => {
    await opened('');
    const socket = await opened('GET /things/slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const said = received(socket);
    const cutOff = received(await opened(HEAD));
    await asked.given;
    const closed = app.close();
    await cutOff;

    answer.give();

    expect(await said).toMatch(/^HTTP\/1\.1 200 OK[^]*answered$/);
    await closed;
  });

  it('waits a limited time for an answer that never comes', async () => {
    const socket = await opened('GET /things/slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const said = received(socket);
    await asked.given;

    await app.close();

    expect(await said).toBe('');
  });

  it('answers the first of two pipelined calls, and is not kept open by the second', async () => {
    const call = 'GET /things/slow HTTP/1.1\r\nHost: localhost\r\n\r\n';
    const socket = await opened(call + call);
    const said = received(socket);
    await asked.given;
    const closed = app.close();

    answer.give();

    expect(await said).toContain('answered');
    await closed;
  });
});
