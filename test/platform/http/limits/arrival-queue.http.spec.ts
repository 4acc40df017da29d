import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArrivalQueue } from '../../../../src/platform/http/limits/arrival-queue.js';

const TOGETHER = 50;
let server: Server;
let port: number;
let sockets: Socket[];
let happened: string[];

beforeEach(async () => {
  const arrivals = new ArrivalQueue(3_600_000);
  happened = [];
  server = createServer((request, response) =>
    arrivals.enqueue(request.socket.remoteAddress!, () => {
      happened.push(request.url!);
      response.end();
    }),
  );
  server.on('connection', () => {
    happened.push('connection');
    arrivals.connectionArrived();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

/** @param localAddress any of 127.0.0.0/8 is this machine */
function comeAndAsk(path: string, localAddress: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  return socket;
}

describe('Of those who come together', () => {
  it('nobody is answered before all are in, and nobody waits for all requests of another address', async () => {
    const many = Array.from({ length: TOGETHER }, () => comeAndAsk('/many', '127.0.0.1'));
    sockets = [...many, comeAndAsk('/one', '127.0.0.2')];
    await Promise.all(sockets.map((socket) => once(socket, 'data')));
    expect(new Set(happened.slice(0, TOGETHER + 1))).toEqual(new Set(['connection']));
    expect(happened.slice(TOGETHER + 1).indexOf('/one')).toBeLessThanOrEqual(1);
  });

  it('each is answered at once who asks again later over the same connection', async () => {
    const socket = comeAndAsk('/first', '127.0.0.1');
    sockets = [socket];
    await once(socket, 'data');
    socket.write('GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(socket, 'data');
    expect(happened).toEqual(['connection', '/first', '/second']);
  });
});
