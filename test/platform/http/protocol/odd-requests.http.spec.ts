import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startProbe } from '../probe.js';

let app: NestFastifyApplication;
beforeAll(async () => {
  app = await startProbe();
});
afterAll(() => app.close());

/** What comes back over a connection of its own. */
async function answerTo(...lines: string[]): Promise<string> {
  const socket = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
  return text(socket);
}

const GET = 'GET /v1/shelves HTTP/1.1';

describe('An unusual request', () => {
  it.each([
    ['without a host', 400, [GET]],
    ['with two hosts', 400, [GET, 'Host: a', 'hOST: b']],
    ['of HTTP/1.0 with two hosts', 400, ['GET /v1/shelves HTTP/1.0', 'Host: a', 'Host: b']],
    [
      'that wants a way to another server',
      400,
      ['CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443'],
    ],
    ['that expects what nobody promises', 417, [GET, 'Host: a', 'Expect: a-miracle']],
    ['that is none', 400, ['HELLO', '']],
  ])('is rejected with a problem: %s', async (_, status, lines) => {
    const answer = await answerTo(...lines);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json');
    expect(answer).toContain(`"status":${status}`);
  });

  it.each([
    ['with one host', [GET, 'Host: localhost']],
    ['with a host that another field only resembles', [GET, 'Host: localhost', 'Hosts: b', 'X: host']],
    ['of HTTP/1.0 without a host', ['GET /v1/shelves HTTP/1.0']],
    ['of HTTP/1.0 with one', ['GET /v1/shelves HTTP/1.0', 'Host: localhost']],
  ])('is served: %s', async (_, lines) => {
    expect(await answerTo(...lines)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('A request that asks for another protocol', () => {
  const begin = async (...lines: string[]): Promise<string> => {
    const socket = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
    const head = ['POST /v1/shelves HTTP/1.1', 'Host: a', 'Upgrade: h2c', 'Connection: upgrade', ...lines];
    socket.write([...head, '', ''].join('\r\n'));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return answer.toString().toLowerCase();
  };

  it('loses its connection if it is rejected before its body has come, since Node drops what follows', async () => {
    const answer = await begin('Host: b', 'Content-Length: 5');
    expect(answer).toMatch(/^http\/1\.1 400 /);
    expect(answer).toContain('connection: close');
  });

  it('keeps its connection if it has come as a whole', async () => {
    const answer = await begin('Host: b', 'Content-Length: 0');
    expect(answer).toMatch(/^http\/1\.1 400 /);
    expect(answer).toContain('connection: keep-alive');
  });
});

describe('A target that is a whole URL', () => {
  const say = async (target: string, host = 'localhost'): Promise<string> => {
    const app = await startProbe();
    const { port } = app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const answer = await text(socket);
    await app.close();
    return answer;
  };

  it('is answered like its path', async () => {
    expect(await say('http://localhost/v1/shelves?limit=1')).toMatch(/^HTTP\/1\.1 200 /);
    expect(await say('HTTP://127.0.0.1:80/nowhere?x')).toContain('"instance":"/nowhere"');
    expect(await say('http://localhost?x')).toContain('"instance":"/"');
  });

  it('replaces the Host header with the host that it names', async () => {
    expect(await say('http://evil.example.com/v1/shelves')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await say('http://localhost/v1/shelves', 'evil.example.com')).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    'http://localhost@evil.example.com/v1/shelves',
    'http:///v1/shelves',
    'ftp://localhost/v1/shelves',
  ])('gets 404 if it names no valid host: %s', async (target) => {
    expect(await say(target)).toMatch(/^HTTP\/1\.1 (?:400|404) /);
  });
});

describe('A transfer coding', () => {
  it.each([
    [501, 'gzip, chunked', '1.1'],
    [501, 'deflate, chunked', '1.1'],
    [501, 'x-unknown, chunked', '1.1'],
    [501, 'GZIP , Chunked', '1.1'],
    [400, 'gzip', '1.1'],
    [400, 'chunked, gzip', '1.1'],
    [400, 'chunked, chunked', '1.1'],
    [400, 'chunked', '1.0'],
    [201, 'chunked', '1.1'],
    [201, 'Chunked', '1.1'],
  ])('is answered with %i: %s, HTTP/%s', async (status, coding, version) => {
    const app = await startProbe();
    const { port } = app.getHttpServer().address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    const body = JSON.stringify({ reference: 'A-1', sku: 'LAMP', quantity: 1, eta: null });
    socket.write(
      `POST /v1/shelves HTTP/${version}\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n` +
        `Transfer-Encoding: ${coding}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    await app.close();
  });
});
