import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTcpServer, isIP, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../testing/eventually.js';
import { AddressGuard } from '../../src/webhooks/sending/address-guard.js';
import { WebhookClient } from '../../src/webhooks/sending/webhook-client.js';
import { webhookSettings } from '../../src/webhooks/settings/webhook-settings.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function listening<S extends Server>(server: S, sockets = new Set<Socket>()): Promise<number> {
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** @param answers what the name resolves to, one after the other; the last one for good */
function clientThatAllows(allowed: string, answers: string[] = [], limitMs = 5_000) {
  const asked: string[] = [];
  const settings = webhookSettings((name) => (name === 'WEBHOOK_ALLOW' ? allowed : undefined));
  const guard = new AddressGuard(settings, (host) => {
    asked.push(host);
    const address = answers.length > 1 ? answers.shift()! : answers[0]!;
    return Promise.resolve([{ address, family: isIP(address) }]);
  });
  const client = new WebhookClient(guard, limitMs);
  closing.push(() => client.onApplicationShutdown());
  const never = new AbortController().signal;
  const post = (url: string) => client.post({ url, headers: { 'webhook-id': 'id' }, body: '{}' }, never);
  return { guard, post, asked };
}

const taking = (hosts: (string | undefined)[] = []): HttpServer =>
  createServer((request, response) => {
    hosts.push(request.headers.host);
    response.writeHead(204).end();
  });

describe('A call to a receiver', () => {
  it('goes to the address that was checked, under the name that was given', async () => {
    const hosts: string[] = [];
    const port = await listening(taking(hosts));
    const { post, asked } = clientThatAllows('127.0.0.1', ['127.0.0.1', '10.0.0.1']);

    expect(await post(`http://hooks.test:${port}/`)).toEqual({ status: 204, retryAfterMs: 0 });

    expect(hosts).toEqual([`hooks.test:${port}`]);
    expect(asked).toEqual(['hooks.test']);
  });

  it('is not made once the name leads to a private address', async () => {
    const hosts: string[] = [];
    const port = await listening(taking(hosts));
    const { guard, post } = clientThatAllows('192.0.2.1', ['192.0.2.1', '127.0.0.1']);
    const url = `http://hooks.test:${port}/`;

    await guard.check(url);
    await expect(post(url)).rejects.toMatchObject({ code: 'webhook-address-refused' });

    expect(hosts).toEqual([]);
  });

  it('is not made to an address that is not allowed, although no name has to be resolved', async () => {
    const hosts: string[] = [];
    const port = await listening(taking(hosts));
    const { post } = clientThatAllows('');
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
    ]) {
      await expect(post(url)).rejects.toMatchObject({ code: 'webhook-address-refused' });
    }
    expect(hosts).toEqual([]);
  });

  it('asks for the certificate of the name, not of the address', async () => {
    const hello: Buffer[] = [];
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        hello.push(chunk);
        socket.destroy();
      });
    });
    const port = await listening(server);
    const { post } = clientThatAllows('127.0.0.1', ['127.0.0.1']);

    await expect(post(`https://hooks.test:${port}/`)).rejects.toThrow();

    expect(Buffer.concat(hello).includes('hooks.test')).toBe(true);
  });

  it('ends when the time is up', async () => {
    const port = await listening(createServer(() => undefined));
    const { post } = clientThatAllows('127.0.0.1', [], 50);
    await expect(post(`http://127.0.0.1:${port}/`)).rejects.toThrow('no answer within 0.05 s');
  });

  it('ends when the time is up, also while the name is resolved', async () => {
    const settings = webhookSettings(() => undefined);
    const guard = new AddressGuard(settings, () => new Promise(() => undefined));
    const client = new WebhookClient(guard, 50);
    const post = client.post(
      { url: 'https://hooks.test/', headers: {}, body: '{}' },
      new AbortController().signal,
    );
    await expect(post).rejects.toThrow('no answer within 0.05 s');
  });

  it('fails if nobody listens', async () => {
    const server = taking();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    const { post } = clientThatAllows('127.0.0.1');
    await expect(post(`http://127.0.0.1:${port}/`)).rejects.toThrow('ECONNREFUSED');
  });
});

describe('The body of an answer', () => {
  it('is not waited for', async () => {
    const server = createServer((_request, response) => response.writeHead(200).write('and then'));
    const port = await listening(server);
    const { post } = clientThatAllows('127.0.0.1');
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 200 });
  });

  it('is read up to a bound, and then the connection ends', async () => {
    let written = 0;
    let isClosed = false;
    const server = createServer((_request, response) => {
      response.writeHead(200);
      response.on('close', () => (isClosed = true));
      const chunk = Buffer.alloc(64 * 1_024);
      const write = (): void => {
        while (!isClosed && response.write(chunk)) written += chunk.length;
      };
      response.on('drain', write);
      write();
    });
    const port = await listening(server);
    const { post } = clientThatAllows('127.0.0.1');
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 200 });
    await eventually('the end of the connection', () => isClosed);
    // What the buffers of both sides hold, and no more.
    expect(written).toBeLessThan(32 * 1_024 * 1_024);
  });
});

describe('A connection to a receiver', () => {
  it('is used again', async () => {
    const sockets = new Set<Socket>();
    const port = await listening(taking(), sockets);
    const { post } = clientThatAllows('127.0.0.1');
    for (let i = 0; i < 3; i++) await post(`http://127.0.0.1:${port}/`);
    expect(sockets.size).toBe(1);
  });

  it('that the receiver closes just when it is used again is replaced', async () => {
    const sockets = new Set<Socket>();
    let calls = 0;
    const server = createServer((request, response) => {
      if (++calls === 2) request.socket.resetAndDestroy();
      else response.writeHead(204).end();
    });
    const port = await listening(server, sockets);
    const { post } = clientThatAllows('127.0.0.1');
    await post(`http://127.0.0.1:${port}/`);
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ status: 204 });
    expect(calls).toBe(3);
    expect(sockets.size).toBe(2);
  });
});
