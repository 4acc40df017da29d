import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { startProbe } from './probe.js';

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

describe('A request of an odd kind', () => {
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
  ])('is refused by a problem: %s', async (_, status, lines) => {
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
